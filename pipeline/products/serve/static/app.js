// The page asks /listings and /facets with the parameters of its own address, so every view is a link.

const $ = (id) => document.getElementById(id);
const WORDS = {
  micro_internship: "Micro-internship", internship: "Internship", entry_level: "Entry-level job", other: "Other",
  unknown: "Not stated", remote: "Remote", hybrid: "Hybrid", onsite: "On site", paid: "Paid", unpaid: "Unpaid",
  academic_credit: "Academic credit",
};
const FACETS = [
  ["kind", "Kind"], ["remote", "Where the work is done"], ["paid", "Pay"], ["weeks_max", "Weeks at most"],
  ["hours_per_week_max", "Hours a week at most"], ["country", "Country"], ["skill", "Skills"], ["language", "Language"],
  ["source", "Read from"],
];
const ONE_OF = { weeks_max: (n) => `${n} weeks`, hours_per_week_max: (n) => `${n} hours` };
const FILTERS = [...FACETS.map(([name]) => name), "pay_hourly_min", "currency", "posted_since", "deadline_after"];
const KNOWN = new Set([...FILTERS, "q", "text", "status", "sort", "limit", "cursor", "listing"]);
const SHOWN = 7;
const EVIDENCE = [["duration", "length"], ["hours", "hours"], ["pay", "pay"], ["remote", "where"], ["dates", "dates"]];

const names = (type) => { try { return new Intl.DisplayNames(["en"], { type }); } catch { return { of: (code) => code }; } };
const countries = names("region"), languages = names("language");
const number = new Intl.NumberFormat("en");
const opened = new Set();
const narrow = matchMedia("(max-width: 50rem)");
let state = readAddress(location.search);
let asking = null, next = null, typing = 0;

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && name !== "list") element[name] = value; else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function wording(name, value) {
  if (ONE_OF[name]) return ONE_OF[name](value);
  if (name === "country") { try { return countries.of(value); } catch { return value; } }
  if (name === "language") { try { return languages.of(value); } catch { return value; } }
  if (name === "pay_hourly_min") return `at least ${value} an hour${state.get("currency") ? "" : ", in any currency"}`;
  if (name === "posted_since") return `posted since ${day(value)}`;
  if (name === "deadline_after") return `deadline after ${day(value)}`;
  return WORDS[value] || value;
}

function day(text) {
  if (!text) return "";
  const date = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? text : date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

function range(low, high, unit = "") {
  const show = (value) => number.format(Math.round(value * 10) / 10);
  if (low === null && high === null) return "";
  const plural = (high ?? low) === 1 ? unit.replace(/s$/, "") : unit;
  if (low === null) return `up to ${show(high)} ${plural}`.trim();
  if (high === null) return `from ${show(low)} ${plural}`.trim();
  return `${low === high ? show(low) : `${show(low)}–${show(high)}`} ${plural}`.trim();
}

function money(low, high, currency) {
  const show = (value) => {
    const digits = Number.isInteger(value) ? 0 : 2;
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    try { return new Intl.NumberFormat("en", currency ? { ...options, style: "currency", currency } : options).format(value); }
    catch { return `${value} ${currency}`; }
  };
  if (low === null && high === null) return "";
  if (low === null) return `up to ${show(high)}`;
  if (high === null) return `from ${show(low)}`;
  const best = show(high), sign = /^[^0-9]+/.exec(best)?.[0];
  return low === high ? best : `${show(low)}–${sign && show(low).startsWith(sign) ? best.slice(sign.length) : best}`;
}

const PERIOD = { hour: " an hour", day: " a day", week: " a week", month: " a month", year: " a year", total: " in all", unit: " a piece" };
const pay = (row) => {
  const amount = money(row.pay_min, row.pay_max, row.pay_currency);
  if (amount) return amount + (PERIOD[row.pay_period] || "");
  return row.pay_status === "unknown" ? "" : WORDS[row.pay_status];
};
const lasts = (row) => {
  const stated = row.duration_unit && range(row.duration_min, row.duration_max, `${row.duration_unit}s`);
  return stated || range(row.duration_weeks_min, row.duration_weeks_max, "weeks");
};
const hours = (row) => range(row.hours_per_week_min, row.hours_per_week_max, "hours a week") || range(row.hours_total_min, row.hours_total_max, "hours in all");
const place = (row) => (row.locations || []).map((where) => where.text || [where.city, where.country].filter(Boolean).join(", ")).filter(Boolean).slice(0, 3).join(" · ");
const remote = (row) => {
  if (row.remote_status === "unknown") return "";
  const days = range(row.onsite_days_min, row.onsite_days_max, "days");
  return WORDS[row.remote_status] + (days && row.remote_status === "hybrid" ? `, ${days} on site` : "");
};

// ---- state and address

function address(changes) {
  const changed = new URLSearchParams(state);
  for (const [name, value] of Object.entries(changes)) {
    changed.delete(name);
    for (const one of [].concat(value)) if (one) changed.append(name, one);
  }
  return changed;
}

// Shared links carry parameters of trackers (utm_source, fbclid, ref): the API refuses unknown ones, the page drops them.
function readAddress(search) {
  return new URLSearchParams([...new URLSearchParams(search)].filter(([name]) => KNOWN.has(name)));
}

const link = (parameters) => { const text = parameters.toString(); return text ? `/?${text}` : "/"; };

function go(parameters, { replace = false } = {}) {
  const before = asked(state);
  state = parameters;
  history[replace ? "replaceState" : "pushState"](null, "", link(state));
  const changed = before !== asked(state);
  if (changed && !narrow.matches) scrollTo(0, 0); // the filters scroll by themselves there; the results begin anew
  show(changed);
}

function asked(parameters) {
  const api = new URLSearchParams(parameters);
  api.delete("listing");
  return api.toString();
}

async function ask(path, signal) {
  const silent = (problem) => { throw problem.name === "AbortError" ? problem : new Error("the server does not answer; try again in a moment"); };
  const response = await fetch(path, { signal, headers: { Accept: "application/json" } }).catch(silent);
  const answer = await response.json().catch(silent);
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

// ---- results

async function refresh() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking, query = asked(state);
  $("list").setAttribute("aria-busy", "true");
  try {
    const page = await ask(`/listings?${query}`, signal);
    $("list").replaceChildren();
    $("count").textContent = `${number.format(page.total)} ${page.total === 1 ? "listing" : "listings"}`;
    $("why").textContent = "No listing matches. Remove a filter, or search for another word.";
    $("empty").hidden = page.total > 0;
    $("run").textContent = `Snapshot ${page.run_id}.`;
    $("done").textContent = `Show ${$("count").textContent}`;
    append(page);
    const counted = await ask(`/facets?${query}`, signal);
    facets(counted.facets);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    $("count").textContent = "The request failed";
    $("why").textContent = `The server's answer: ${problem.message}.`;
    $("empty").hidden = false;
    $("list").replaceChildren();
    $("more").hidden = true;
  } finally { if (!signal.aborted) $("list").removeAttribute("aria-busy"); }
}

function append(page) {
  next = page.next_cursor;
  $("more").hidden = !next;
  $("list").append(...page.listings.map(card));
  choose();
}

function badge(kind, text) { return text ? make("li", { className: kind }, text) : null; }

function card(row) {
  const to = make("a", { href: link(address({ listing: row.listing_id })) }, row.title);
  to.dataset.listing = row.listing_id;
  const warned = (row.warnings || []).length ? badge("warned", "⚠ look closely") : null;
  const who = [row.hiring_organization, place(row)].filter(Boolean).join(" · ");
  const posted = row.date_posted && make("time", { dateTime: row.date_posted }, `posted ${day(row.date_posted)}`);
  return make("li", {}, make("h3", {}, to), make("p", { className: "who" }, make("span", {}, who), posted),
    make("ul", { className: "facts" }, badge("kind", WORDS[row.kind]), badge("duration", lasts(row)), badge("hours", hours(row)),
      badge("pay", pay(row)), badge("remote", remote(row)), row.valid_through ? badge("deadline", `apply by ${day(row.valid_through)}`) : null, warned));
}

function choose() {
  const wanted = state.get("listing");
  for (const to of $("list").querySelectorAll("a[data-listing]")) {
    const chosen = to.dataset.listing === wanted;
    to.closest("li").classList.toggle("chosen", chosen);
    if (chosen) to.setAttribute("aria-current", "true"); else to.removeAttribute("aria-current");
    to.href = link(address({ listing: to.dataset.listing }));
  }
}

// ---- filters

function facets(counts) {
  const focused = document.activeElement?.id;
  $("facets").replaceChildren(...FACETS.map(([name, title]) => facet(name, title, counts[name] || [])).filter(Boolean));
  const chosen = state.get("currency") || "";
  $("currency").replaceChildren(make("option", { value: "" }, "currency"),
    ...(counts.currency || []).map(({ value, count }) => make("option", { value }, `${value} (${number.format(count)})`)));
  if (chosen && ![...$("currency").options].some((option) => option.value === chosen)) $("currency").append(make("option", { value: chosen }, chosen));
  $("currency").value = chosen;
  if (focused && document.activeElement?.id !== focused) $(focused)?.focus();
  chips();
}

function facet(name, title, counts) {
  const chosen = state.getAll(name).flatMap((value) => value.split(","));
  for (const value of chosen) if (!counts.some((item) => String(item.value) === value)) counts.push({ value, count: 0 });
  if (!counts.length) return null;
  const single = name in ONE_OF;
  if (!single) counts.sort((a, b) => (a.value === "unknown") - (b.value === "unknown")); // silence comes last
  const all = opened.has(name) || counts.length <= SHOWN + 2;
  const shown = all ? counts : counts.filter((item, index) => index < SHOWN || chosen.includes(String(item.value)));
  const options = shown.map(({ value, count }) => option(name, value, count, chosen.includes(String(value)), single));
  if (single) options.unshift(option(name, "", null, !chosen.length, true));
  const more = all ? null : make("button", { type: "button", className: "plain", id: `more-${name}` }, `${counts.length - shown.length} more`);
  more?.addEventListener("click", () => { opened.add(name); const was = counts[SHOWN]; facets_again(name, was); });
  const within = single ? [make("div", { className: "steps" }, ...options)] : options;
  return make("fieldset", { id: `facet-${name}` }, make("legend", {}, title), ...within, more);
}

async function facets_again(name, first) {
  const counted = await ask(`/facets?${asked(state)}`);
  facets(counted.facets);
  $(`${name}-${first.value}`)?.focus();
}

function option(name, value, count, checked, single) {
  const input = make("input", { type: single ? "radio" : "checkbox", name, value: String(value), id: `${name}-${value || "any"}`, checked });
  if (single) {
    const shown = value === "" ? "any" : String(value);
    const told = value === "" ? "" : ` ${wording(name, value).split(" ")[1]}, ${number.format(count)} listings`;
    return make("label", { className: `step${count === 0 ? " none" : ""}`, title: told ? shown + told : "" }, input, make("span", {}, shown, make("span", { className: "unseen" }, told)));
  }
  return make("label", { className: `option${count === 0 ? " none" : ""}` }, input, make("span", {}, value === "" ? "Any" : wording(name, value)),
    count === null ? null : make("output", {}, number.format(count)));
}

function chips() {
  const used = FILTERS.flatMap((name) => state.getAll(name).flatMap((value) => value.split(",")).map((value) => [name, value]));
  $("chips").replaceChildren(...used.map(([name, value]) => {
    const label = ONE_OF[name] ? `at most ${wording(name, value)}${name === "hours_per_week_max" ? " a week" : ""}` : wording(name, value);
    const remove = make("button", { type: "button", "aria-label": `Remove filter ${label}` }, `${label} ×`);
    remove.addEventListener("click", () => go(address({ [name]: state.getAll(name).flatMap((one) => one.split(",")).filter((one) => one !== value) })));
    return make("li", {}, remove);
  }));
  $("filters-count").textContent = used.length ? `(${used.length} in use)` : "";
}

function fields() {
  for (const name of ["q", "pay_hourly_min", "posted_since", "deadline_after"]) {
    if (document.activeElement !== $(name)) $(name).value = state.get(name) || "";
  }
  $("sort").value = state.get("sort") || "newest";
}

// ---- one listing

async function detail() {
  const wanted = state.get("listing");
  $("columns").classList.toggle("open", Boolean(wanted));
  $("detail").hidden = !wanted;
  choose();
  $("list").querySelector("[aria-current]")?.closest("li").scrollIntoView({ block: "nearest" }); // the column is narrower now
  if (!wanted) { $("detail").replaceChildren(); document.title = "internfeed: short-term internships"; return; }
  if ($("detail").dataset.listing === wanted && $("detail").childElementCount) return;
  try {
    const row = await ask(`/listings/${encodeURIComponent(wanted)}`);
    if (state.get("listing") !== wanted) return;
    $("detail").dataset.listing = wanted;
    $("detail").replaceChildren(...pageOf(row));
    document.title = `${row.title} · internfeed`;
  } catch (problem) {
    $("detail").replaceChildren(top("This listing was not found", []), make("p", {}, `${problem.message[0].toUpperCase()}${problem.message.slice(1)}.`,
      " It may have closed long ago, or the link may be incomplete."));
  }
  $("detail").scrollTop = 0;
  $("detail-title").focus({ preventScroll: true });
  if (narrow.matches) scrollTo(0, 0);
}

function top(title, marks, lang = "") {
  const close = make("button", { type: "button", className: "close" }, "Close");
  close.addEventListener("click", leave);
  return make("header", {}, make("h2", { id: "detail-title", tabIndex: -1, lang }, marked(title, marks)), close);
}

function leave() {
  const was = state.get("listing");
  $("detail").dataset.listing = "";
  go(address({ listing: "" }));
  $("list").querySelector(`a[data-listing="${CSS.escape(was || "")}"]`)?.focus();
}

const web = (url) => (/^https?:\/\//i.test(url || "") ? url : null);

function outward(url, text, className) {
  return web(url) ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", className }, text) : null;
}

function pageOf(row) {
  const evidence = EVIDENCE.map(([kind, label]) => ({ kind, label, text: row[`${kind}_text`], basis: row[`${kind}_basis`] })).filter((item) => item.text);
  const within = (basis) => evidence.filter((item) => item.basis === basis || (item.basis === "derived" && basis === "description"));
  const warnings = (row.warnings || []).length
    ? make("section", { className: "warnings" }, make("h3", {}, "Look closely before you apply"), make("ul", {}, ...row.warnings.map((text) => make("li", {}, text)))) : null;
  const where = [row.hiring_organization, place(row)].filter(Boolean).join(" · ");
  const other = row.apply_url && row.apply_url !== row.url ? outward(row.apply_url, "Apply", "second") : null;
  return [
    top(row.title, within("title"), row.language || ""), make("p", { className: "who" }, where),
    make("p", { className: "actions" }, outward(row.url, "Open the original posting", "first"), other), warnings,
    read(row, evidence), make("h3", {}, "What the posting says"),
    row.description_text ? make("div", { className: row.description_html ? "rich" : "text", lang: row.language || "" }, described(row, within("description")))
      : make("p", { className: "silent" }, "The board shows no description; open the original posting."),
    how(row),
  ].filter(Boolean);
}

// A board's own record is quoted as it is sent, as JSON; people read its words and numbers, each once, without what is
// for machines.
function fieldWords(text) {
  let record;
  try { record = JSON.parse(text); } catch { return text; }
  if (record === null || typeof record !== "object") return text;
  const said = new Map();
  const read = (value, name) => {
    if (value !== null && typeof value === "object") for (const [key, inner] of Object.entries(value)) read(inner, key);
    else if (value !== null && value !== "" && !/^(id|@.*)$/.test(name)) said.set(`${value}`, said.get(`${value}`) || name);
  };
  read(record, "");
  return [...said].map(([value, name]) => (/^\d*$/.test(name) ? value : `${name}: ${value}`)).join(", ");
}

function read(row, evidence) {
  const list = make("dl", { className: "read" });
  const add = (label, value, kind) => {
    const item = evidence.find((one) => one.kind === kind);
    const quote = item && make("p", { className: "said" }, make("q", {}, make("mark", { className: `mark-${kind}` }, fieldWords(item.text))),
      { field: " in the board’s own field", title: " in the title", derived: " computed from the dates" }[item.basis]);
    list.append(make("dt", {}, label), make("dd", {}, value || make("span", { className: "silent" }, "not stated"), quote));
  };
  const weeks = range(row.duration_weeks_min, row.duration_weeks_max, "weeks");
  const stated = lasts(row);
  add("Kind", WORDS[row.kind]);
  add("Lasts", stated && row.duration_unit && row.duration_unit !== "week" && weeks ? `${stated} (${weeks})` : stated, "duration");
  add("Hours", hours(row), "hours");
  const hourly = money(row.pay_hourly_min, row.pay_hourly_max, row.pay_currency);
  add("Pay", pay(row) + (hourly && row.pay_period !== "hour" ? ` (${hourly} an hour)` : ""), "pay");
  add("Where", remote(row), "remote");
  const begins = row.start_date_latest
    ? (row.start_date ? `starts between ${day(row.start_date)} and ${day(row.start_date_latest)}` : `starts by ${day(row.start_date_latest)}`)
    : row.start_date && `from ${day(row.start_date)}`;
  const period = [begins, row.end_date && `to ${day(row.end_date)}`].filter(Boolean).join(" ");
  add("Dates", period || row.season, "dates");
  if ((row.applicant_location_requirements || []).length) add("Live in", row.applicant_location_requirements.map((code) => wording("country", code)).join(", "));
  add("Apply by", day(row.valid_through));
  if ((row.skills || []).length) add("Skills", row.skills.join(", "));
  return list;
}

function how(row) {
  const code = (text) => make("code", {}, text);
  return make("details", {}, make("summary", {}, "How this was read"), make("ul", {},
    ...(row.kind_reasons || []).map((reason) => make("li", {}, reason)),
    make("li", {}, `Read from ${row.source}/${row.board}`, row.date_posted ? `, posted ${day(row.date_posted)}` : "", row.first_seen ? `, first seen ${day(row.first_seen)}` : ""),
    row.canonical_id && row.canonical_id !== row.listing_id ? make("li", {}, "The same vacancy is also on another board: ", make("a", { href: link(address({ listing: row.canonical_id })) }, "see it there")) : null,
    row.attribution ? make("li", {}, row.attribution) : null,
    make("li", {}, "Identifier ", code(row.listing_id)), make("li", {}, "Extractors ", code(row.normalizer_version || ""), " in run ", code(row.run_id || ""))));
}

// The description with its structure where the board sent one. Only these elements are made anew, with their words;
// whatever else the HTML holds stays words or is dropped.
const KEPT = new Set(["P", "BR", "UL", "OL", "LI", "STRONG", "EM", "H3"]);
const BLOCKS = new Set(["P", "BR", "UL", "OL", "LI", "H3", "DIV"]);

function described(row, evidence) {
  if (!row.description_html) return marked(row.description_text, evidence);
  const source = new DOMParser().parseFromString(row.description_html, "text/html").body;
  const result = document.createDocumentFragment();
  const letters = []; // every letter of the text, white space as one blank, with the node and place it came from
  const blank = () => { if (letters.length && letters.at(-1).letter !== " ") letters.push({ letter: " " }); };
  const copy = (from, into) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        const text = document.createTextNode(node.data);
        for (let at = 0; at < node.data.length; at++) {
          if (/\s/.test(node.data[at])) blank(); else letters.push({ letter: node.data[at], node: text, at });
        }
        into.append(text);
      } else if (node.nodeType === Node.ELEMENT_NODE) {
        if (BLOCKS.has(node.tagName)) blank();
        const kept = KEPT.has(node.tagName) ? make(node.tagName.toLowerCase()) : into;
        copy(node, kept);
        if (kept !== into) into.append(kept);
        if (BLOCKS.has(node.tagName)) blank();
      }
    }
  };
  copy(source, result);
  const all = letters.map(({ letter }) => letter).join("");
  const inNode = new Map();
  for (const item of evidence) {
    const from = all.indexOf(item.text.replace(/\s+/g, " ").trim());
    if (from < 0) return marked(row.description_text, evidence);
    const parts = new Map();
    for (const { node, at } of letters.slice(from, from + item.text.replace(/\s+/g, " ").trim().length)) {
      if (node) parts.set(node, [Math.min(at, parts.get(node)?.[0] ?? at), at + 1]);
    }
    [...parts].forEach(([node, [begin, end]], index) => {
      inNode.set(node, [...(inNode.get(node) || []), { ...item, from: begin, to: end, label: index ? "" : item.label }]);
    });
  }
  for (const [node, spans] of inNode) node.replaceWith(cut(node.data, spans));
  return result;
}

function marked(text, evidence) {
  return cut(text, evidence.map((item) => ({ ...item, from: text.indexOf(item.text) })).filter((item) => item.from >= 0)
    .map((item) => ({ ...item, to: item.from + item.text.length })));
}

// Evidence may overlap ("$600 for 4 weeks"); the text is cut at every border and each piece carries all its kinds.
function cut(text, spans) {
  const cuts = [...new Set([0, text.length, ...spans.flatMap((span) => [span.from, span.to])])].sort((a, b) => a - b);
  const result = document.createDocumentFragment();
  for (let place = 0; place + 1 < cuts.length; place++) {
    const piece = text.slice(cuts[place], cuts[place + 1]);
    const over = spans.filter((span) => span.from <= cuts[place] && span.to >= cuts[place + 1]);
    if (!over.length) { result.append(piece); continue; }
    const tags = over.filter((span) => span.from === cuts[place] && span.label).map((span) => make("span", { className: "tag" }, span.label));
    result.append(make("mark", { className: `mark-${over.at(-1).kind}` }, ...tags, piece));
  }
  return result;
}

// ---- events

function show(changed) {
  fields();
  chips();
  if (changed) refresh();
  detail();
}

$("search").addEventListener("submit", (event) => event.preventDefault());
$("q").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => go(address({ q: $("q").value.trim() }), { replace: true }), 150);
});
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("change", (event) => {
  const { name, value, type } = event.target;
  if (type === "checkbox") {
    go(address({ [name]: [...$("filters").querySelectorAll(`input[name="${name}"]:checked`)].map((input) => input.value) }));
  } else if (event.target.checkValidity()) go(address({ [name]: value }));
});
$("sort").addEventListener("change", () => go(address({ sort: $("sort").value === "newest" ? "" : $("sort").value })));
const clear = () => go(address(Object.fromEntries([...FILTERS, "q"].map((name) => [name, ""]))));
$("clear").addEventListener("click", clear);
$("start-over").addEventListener("click", () => { go(new URLSearchParams()); $("q").focus(); });
function unfold(shown) {
  $("filters").classList.toggle("shown", shown);
  $("filters-toggle").setAttribute("aria-expanded", String(shown));
}
$("filters-toggle").addEventListener("click", () => unfold(!$("filters").classList.contains("shown")));
$("done").addEventListener("click", () => { unfold(false); $("main").focus(); scrollTo(0, 0); });
$("more").addEventListener("click", async () => {
  const parameters = address({ cursor: next });
  parameters.delete("listing");
  const begin = $("list").childElementCount;
  $("more").disabled = true;
  try { append(await ask(`/listings?${parameters}`)); $("list").children[begin]?.querySelector("a").focus(); }
  catch (problem) { $("count").textContent = `The request failed: ${problem.message}`; }
  finally { $("more").disabled = false; }
});
document.addEventListener("click", (event) => {
  const to = event.target.closest?.('a[href^="/?"], a[href="/"]');
  if (!to || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(readAddress(new URL(to.href).search));
});
document.addEventListener("keydown", (event) => {
  const within = event.target.closest?.("input, select, textarea");
  if (event.key === "/" && !within && !event.ctrlKey && !event.metaKey) { event.preventDefault(); $("q").focus(); }
  if (event.key === "Escape" && state.get("listing") && !within) leave();
  const to = event.target.closest?.("#list a[data-listing]");
  if (!to || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const all = [...$("list").querySelectorAll("a[data-listing]")];
  const other = all[all.indexOf(to) + (event.key === "ArrowDown" ? 1 : -1)];
  if (other) { event.preventDefault(); other.focus(); }
});
addEventListener("popstate", () => {
  const before = asked(state);
  state = readAddress(location.search);
  show(before !== asked(state));
});

show(true);
