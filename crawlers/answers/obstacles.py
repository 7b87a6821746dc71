"""Pages that come instead of the page that was asked for: challenges, logins, maintenance notices, cookie walls."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree
from scrapy.http import Response
from w3lib.encoding import html_to_unicode

# The signs, by the cause they show and the place they are looked for. All are patterns in small letters.
#   header   "name: value" of the answer
#   address  where a redirect led to
#   title    the page's title
#   words    what a reader sees
#   json     the text of a small JSON answer
#   markup   the page's source
_SIGNS = {
    "challenge": {
        "header": r"""
            cf-mitigated: challenge
            x-amzn-waf-action: (?:challenge|captcha)
            sg-captcha: challenge
        """,
        "address": r"""
            /\.well-known/s?g?captcha
            /cdn-cgi/(?:challenge|l/chk)
            /_incapsula_resource
            /splashui/challenge
            /(?:captcha|challenge|validatecaptcha)(?:[/.?]|$)
            ://[^/]*captcha-delivery\.com
        """,
        "title": r"""
            ^(?:just|nur|only) (?:a|einen) moment
            ^(?:einen|un|um|een) (?:moment|momento|instant|attimo|ogenblik)\b
            ^ci siamo quasi|^even geduld
            attention required
            ^access (?:to this page has been )?denied|^zugriff verweigert|^accès refusé|^acceso denegado
            ^accesso negato|^toegang geweigerd|^acesso negado
            pardon our interruption
            ^one more step
            checking (?:your|the) browser
            (?:robot|bot|human|captcha|security) (?:check|challenge|verification|checkpoint|or human)
            are you (?:a )?(?:robot|human)
            (?:verify|verifying|confirm) (?:that )?you(?:'re| are) (?:a |not )?(?:human|a robot)
            ^ddos-guard|^captcha
        """,
        "words": r"""
            (?:verify|verifying|confirm|prove) (?:that )?you(?:'re|’re| are) (?:a )?(?:real )?human
            (?:verify|confirm|prove) (?:that )?you(?:'re|’re| are) not a (?:ro)?bot
            are you a robot|i'?a?m not a robot
            checking (?:if the site connection|your browser)
            enable javascript and cookies to continue
            review the security of your connection
            enable js and disable any ad blocker
            unusual (?:traffic|activity) from your
            press (?:&|and) hold
            incapsula incident id
            (?:complete|solve|enter) the (?:captcha|security check)
            something about your browser made us think
            you have been blocked
            don'?t have permission to access .{1,300} reference
            bestätigen sie,? dass sie (?:ein mensch|kein roboter)|browser wird überprüft|überprüfung ihres browsers
            vérifie[rz] que vous (?:êtes|n.êtes pas) (?:un )?(?:humain|être humain|robot)|vérification de votre navigateur
            verifi(?:ca|que) que (?:no )?eres (?:un )?(?:ser )?(?:humano|robot)|(?:comprobando|verificando) (?:tu|su) navegador
            (?:verifica|conferma) di (?:non )?essere (?:un )?(?:essere )?(?:umano|robot)|verifica del (?:tuo )?browser
            (?:controleer|bevestig) (?:of|dat) (?:je|u) (?:een mens|geen robot)|browser wordt gecontroleerd
            (?:verifique|confirme) que (?:você )?(?:não )?é (?:um )?(?:ser )?(?:humano|robô)|verificando (?:o )?seu navegador
        """,
        "json": r"captcha|robot check|are you human|\"block_?script\"",
        "markup": r"""
            _cf_chl_opt|cf-browser-verification|challenge-platform/h/|challenge-error-text|\bcf-chl-
            captcha-delivery\.com
            _incapsula_resource
            px-captcha|"appid":\s*"px
            awswafintegration|awswaf\.com/[^"']{0,200}(?:challenge|captcha)\.js|\bgokuprops\b
            \.well-known/sgcaptcha|/cdn-cgi/challenge\?
            sec-if-cpt-container|/_sec/cp_challenge
            ddos-guard/js-challenge|sucuri_cloudproxy_js|lsrecaptcha
        """,
    },
    "login": {
        "address": r"""
            /(?:log-?in|sign-?in|sso|saml2?|oauth2?|openid|anmelden|anmeldung|connexion|iniciar-sesion|inloggen)(?:[/.?;]|$)
            ://(?:login|signin|sso|auth|idp|accounts?)\.
        """,
        "title": r"""
            ^(?:@LOGIN@)(?: (?:to|zu|à|a|bij|em) .{1,60})?\s*(?:$|[|:·–—-])
            [|:·–—-]\s*(?:@LOGIN@)$
        """,
        "words": r"""
            (?:log|sign) in to (?:continue|proceed|view|see|access)
            (?:must|need to|have to) (?:be logged in|(?:log|sign) in)\b(?! to apply)
            session (?:has )?expired|sitzung ist abgelaufen|session a expiré|sesión ha (?:caducado|expirado)
            sessione è scaduta|sessie is verlopen|sessão expirou
            melden sie sich (?:bitte )?an,? um|bitte melden sie sich an\b|anmeldung erforderlich
            (?:veuillez vous connecter|connectez-vous) pour (?:continuer|accéder|voir)
            (?:inicia|inicie|iniciar) sesión para (?:continuar|acceder|ver)
            (?:accedi|effettua (?:il login|l.accesso)) per (?:continuare|vedere|visualizzare)
            (?:log in|meld (?:je|u) aan) om (?:door|verder|toegang|deze)
            (?:faça login|inicie sessão|entre) para (?:continuar|acessar|aceder|ver)
        """,
        "json": r"""
            (?:log-?in|authentication|authorization)[ _](?:is )?required|\bunauthori[sz]ed\b|not[ _](?:logged[ _]in|authenticated)
        """,
        "markup": r"""
            name=["']?saml(?:request|response)
            http-equiv=["']?refresh["']?[^>]{0,200}/(?:log-?in|sign-?in|sso|saml2?)\b
            location(?:\.href)?\s*=\s*["'][^"']{0,200}/(?:log-?in|sign-?in|sso|saml2?)\b
        """,
    },
    "maintenance": {
        "address": r"/(?:maintenance|wartung|mantenimiento|manutenzione|onderhoud|manutencao|offline)(?:[/.?]|$)",
        "json": "maintenance|temporarily[ _](?:unavailable|offline)|service[ _]unavailable",
        "title": r"""
            (?:under|scheduled|planned|down for|site|system|ongoing) maintenance
            ^maintenance(?: mode| page)?$|^(?:site )?(?:en )?maintenance(?: en cours)?\s*(?:$|[|:·–—-])
            ^wartung(?:sarbeiten|smodus|sseite)?\s*(?:$|[|:·–—-])
            ^(?:sitio |página |web )?en mantenimiento|^mantenimiento$
            ^(?:sito )?in manutenzione|^manutenzione$
            ^(?:in |gepland )?onderhoud\s*(?:$|[|:·–—-])
            ^(?:site |página )?em manutenção|^manutenção$
            (?:be|are) (?:right )?back (?:soon|shortly)|^back soon|^we.ll be (?:right )?back
            ^(?:temporarily|service temporarily|service) (?:unavailable|offline)
        """,
        "words": r"""
            (?:is|are|'re|currently|site|page|portal|system|service) (?:currently |temporarily |now )?(?:under(?:going)?|down for) (?:some |a |routine )?(?:scheduled |planned |essential )?maintenance
            we(?: are|['’]re) (?:currently )?(?:performing|doing|carrying out) (?:some )?(?:scheduled |planned |essential )?maintenance
            (?:be|are) (?:right )?back (?:soon|shortly|online)|back (?:soon|shortly)\W*$
            (?:site|page|portal|system|service|server|board) is (?:temporarily|currently) (?:unavailable|offline|down)
            temporarily (?:unavailable|offline) (?:due to|for|because)|service (?:is )?temporarily unavailable
            (?:wegen|aufgrund)(?: von| geplanter| dringender| technischer)* wartung(?:en|sarbeiten)?\b|im wartungsmodus
            wir führen (?:derzeit|gerade|zurzeit|momentan|aktuell|heute|geplante) .{0,30}wartung(?:en|sarbeiten)?\b
            (?:derzeit|zurzeit|momentan|gerade) (?:finden )?(?:geplante |technische )?wartungsarbeiten
            (?:in kürze|bald|gleich) wieder (?:da|erreichbar|verfügbar|für sie da)|vorübergehend nicht (?:erreichbar|verfügbar)
            (?:actuellement|est|site|page|plateforme) en (?:cours de )?maintenance@END@|maintenance en cours|temporairement indisponible
            (?:está|estamos|sitio|página|web) (?:actualmente )?en (?:tareas de )?mantenimiento@END@|temporalmente (?:no disponible|fuera de servicio)
            volveremos (?:pronto|en breve)
            (?:è|siamo|sito|pagina) (?:attualmente |temporaneamente )?in manutenzione@END@|temporaneamente non (?:disponibile|raggiungibile)
            torneremo (?:presto|a breve|online)
            (?:wegens|vanwege|bezig met|tijdelijk|(?:site|pagina|systeem) (?:is )?in) (?:gepland |klein |in )?onderhoud@END@|tijdelijk (?:niet|on)\s?(?:beschikbaar|bereikbaar)
            (?:está|estamos|site|página) (?:atualmente |temporariamente )?em manutenção@END@|temporariamente indisponível
            (?:voltaremos|voltamos) (?:em breve|logo)
        """,
    },
    "consent": {
        "address": r"""
            /(?:cookie-?)?(?:consent|cookie-?wall|privacy-?gate)(?:[/.?]|$)
            ://(?:consent|cmp|myprivacy|privacy-?gate)\.
        """,
        "title": r"""
            ^(?:@BEFORE@)
            ^cookie(?:s|-)?\s?(?:consent|wall|settings|einstellungen|instellingen)|^privacy ?gate|^consent
        """,
        "words": r"""
            @BEFORE@
            (?:accept|allow|agree to|consent to) .{0,60}cookies .{0,40}(?:to (?:continue|proceed|access|view|use)|before)
            cookies? (?:akzeptieren|zulassen|zustimmen),? um|(?:stimmen sie|akzeptieren sie) .{0,80}cookies .{0,40}um .{0,40}(?:fortzufahren|weiterzulesen)
            (?:accepte[rz]|autorise[rz]) .{0,60}cookies pour
            (?:acepta|acepte|aceptar) .{0,60}cookies para (?:continuar|acceder|ver)
            (?:accetta|accettare) .{0,60}cookie per (?:continuare|accedere|proseguire)
            (?:accepteer|geef toestemming) .{0,60}cookies .{0,30}(?:om (?:verder|door)|te gaan)
            (?:aceite|aceitar) .{0,60}cookies para (?:continuar|acessar|aceder)
        """,
    },
}  # fmt: skip
_SHARED = {
    "@END@": r"(?=\s*(?:[.!…,;:|]|$))",
    "@LOGIN@": "log ?-?in|sign ?in|(?:please )?(?:log|sign) in|login page|anmelden|anmeldung|einloggen|connexion"
    "|se connecter|identification|iniciar sesión|inicia sesión|acceder|accedi|accesso|inloggen|aanmelden"
    "|entrar|iniciar sessão|single sign-?on",
    "@BEFORE@": "before you (?:continue|proceed)|bevor sie (?:fortfahren|weiter)|avant de (?:continuer|poursuivre)"
    "|antes de continuar|prima di (?:continuare|proseguire)|voordat (?:je|u) (?:verder|door)",
}
# A page with more words than this, in characters, holds something of its own: a script or a phrase in it is no sign.
_FEW = {"title": 2000, "words": 1200, "markup": 600}
_READ = 200_000  # characters of a page that are looked at
_NOTICE_AT_MOST = 600  # characters of a text that may be a notice
_BLOCKS = ("script", "style", "template", "svg")


class _Page(NamedTuple):
    """What the signs are looked for in."""

    title: str
    words: str
    beside_password: int | None  # characters outside the form that asks for a password, None without one


def _pattern(lines: str) -> re.Pattern[str]:
    for name, words in _SHARED.items():
        lines = lines.replace(name, words)
    return re.compile("|".join(line.strip() for line in lines.strip().splitlines()), re.DOTALL)


_PATTERNS = {
    place: [(cause, _pattern(places[place])) for cause, places in _SIGNS.items() if place in places]
    for place in ("header", "address", "title", "words", "json", "markup")
}


_NOTICE = _pattern(r"""
    ^\W*(?:loading|please wait|wird geladen|laden|chargement|cargando|caricamento|carregando)\b.{0,40}$
    (?:enable|activate|turn on|requires?|need) java ?script|java ?script (?:is|must be|needs to be|has to be) (?:disabled|enabled|required|turned)
    java ?script (?:aktivieren|ist deaktiviert)|(?:activer|activez) java ?script|(?:habilit|activ|abilit|ativ)\w* java ?script
    (?:unexpected|internal|unknown|server|application|system|technical) (?:server )?error|an error (?:has )?occurr?ed
    (?:something|anything|sorry,? it) (?:has )?(?:went|gone|goes) wrong
    (?:ein|unerwarteter|interner|technischer) fehler (?:ist )?(?:aufgetreten|passiert)|une erreur (?:s.est produite|est survenue)
    (?:ha ocurrido|se ha producido) un error|si è verificato un errore|(?:er is )?een fout opgetreden|ocorreu um erro
    (?:please )?(?:reload|refresh) (?:the|this|your)? ?(?:page|browser)|(?:please )?(?:reload|try again)\W*(?:later|in a \w+)?\W*$
    waiting room|you are (?:now )?in (?:the |a )?(?:queue|line)\b|warteraum|file d.attente|sala de espera
    browser (?:is|seems|appears)? ?(?:to be )?(?:out ?of ?date|outdated|not supported|no longer supported|unsupported)
    (?:update|upgrade) your browser|unsupported browser|browser (?:ist veraltet|wird nicht (?:mehr )?unterstützt)
    too many requests|rate limit|gateway time-?out|bad gateway|request timed out
    (?:reference|incident|request|error|ray) ?(?:id|number|code|no\.?)?\s*[:#]?\s*[0-9a-f-]{4,}\W*$
""")
_NOT_RENDERED = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\$\{[\w. ]+\}|\[\[[\w. ]+\]\]|\[object object\]"
    r"|^\W*(?:undefined|null|none|nan|nil|loading|untitled|n/?a|todo)\W*$",
    re.IGNORECASE | re.DOTALL,
)


def is_notice(text: str) -> bool:
    """Tell whether a short text is a notice about the page, such as one stands where a posting's text should be.

    >>> [is_notice(text) for text in ("Please enable JavaScript", "Loading...", "Draw ferns for six weeks.")]
    [True, True, False]
    """
    return len(text) <= _NOTICE_AT_MOST and bool(_NOTICE.search(" ".join(text.lower().split())))


def is_unrendered(text: object) -> bool:
    """Tell whether a text is what a page's template or script left where a value should be.

    >>> [is_unrendered(text) for text in ("{{job.title}}", "undefined", "Loading...", "", "Null-emission intern")]
    [True, True, True, False, False]
    """
    return isinstance(text, str) and bool(_NOT_RENDERED.search(text[:1000]))


def obstacle_of(response: Response) -> str | None:
    """Return the cause why an answer is not the page that was asked for: challenge, login, maintenance or consent.

    To be asked only where an answer holds nothing readable. A page with much text of its own is never an obstacle,
    whatever scripts, banners and links it carries; of a long page only the beginning is looked at.

    >>> from scrapy.http import HtmlResponse
    >>> page = b"<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"
    >>> obstacle_of(HtmlResponse("https://a.example/jobs/7", body=page))
    'challenge'
    >>> page = b"<title>Intern</title><p>Draw ferns.</p><a href='/login'>Log in</a>"
    >>> obstacle_of(HtmlResponse("https://a.example/jobs/7", body=page)) is None
    True
    """
    headers = "\n".join(
        f"{name.decode('latin-1')}: {b', '.join(values).decode('latin-1')}".lower()
        for name, values in response.headers.items()
        if values
    )
    if cause := _sign("header", headers) or _sign_of_redirect(response):
        return cause
    content_type = response.headers.get("Content-Type")
    _, text = html_to_unicode(content_type.decode("latin-1") if content_type else None, response.body[:_READ])
    text = text.lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        small = text.lower() if len(text) <= _FEW["words"] else ""
        return _sign("json", small) or _sign("words", small) or _sign("markup", small)
    page = _read(text)
    looked_at = {"title": page.title, "words": f"{page.title}\n{page.words}", "markup": text.lower()}
    for place, searched in looked_at.items():
        if len(page.words) <= _FEW[place] and (cause := _sign(place, searched)):
            return cause
    return "login" if page.beside_password is not None and page.beside_password <= 200 else None


def _sign(place: str, text: str) -> str | None:
    """Return the first cause of which a text holds a sign."""
    return next((cause for cause, pattern in _PATTERNS[place] if pattern.search(text)), None)


def _sign_of_redirect(response: Response) -> str | None:
    """Return the cause that the address of a redirect names, if the address that was asked for does not name it too."""
    request = response.request
    asked = (request.meta.get("redirect_urls") or [request.url])[0] if request is not None else response.url
    if asked == response.url:
        return None
    cause = _sign("address", _plain(response.url))
    return cause if cause != _sign("address", _plain(asked)) else None


def _plain(address: str) -> str:
    parts = urlsplit(address.lower())
    return f"://{parts.netloc}{parts.path}"


def _read(text: str) -> _Page:
    """Return the title and the visible words of a page, in small letters."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return _Page("", "", None)
    etree.strip_elements(root, *_BLOCKS, with_tail=False)
    title = _words(next(root.iter("title"), None))
    etree.strip_elements(root, "title", with_tail=False)
    words = _words(root)
    beside = None
    for field in root.iter("input"):
        if (field.get("type") or "").lower() == "password":
            form = next(field.iterancestors("form"), None)
            beside = len(words) - (len(_words(form)) if form is not None else 0)
            break
    return _Page(title, words, beside)


def _words(element: etree._Element | None) -> str:
    return " ".join(" ".join(map(str, element.itertext())).split()).lower() if element is not None else ""
