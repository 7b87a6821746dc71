"""A few moments of ``make torture``, in processes that are forked after the imports."""

import functools
import multiprocessing
import os
import signal

import pytest

from tests.support.process import saying
from tests.tools.torture import Moment, Torture, dies


class Forked:
    """The command in a process that is forked after the imports; its requests to a host follow quickly."""

    def __init__(self, arguments, environment, log, step):
        self.process = multiprocessing.get_context("forkserver").Process(
            target=_command, args=(arguments, environment, log, step)
        )
        self.process.start()
        self.pid = self.process.pid

    def poll(self):
        return self.process.exitcode

    def wait(self):
        self.process.join(60)
        return self.process.exitcode


def _command(arguments, environment, log, step):
    from pipeline.cli import crawling
    from pipeline.products import catalogue

    os.environ.update(environment)
    crawling.CrawlPlan = functools.partial(crawling.CrawlPlan, delay=0.05)
    catalogue.PRODUCTS = catalogue.PRODUCTS[:1]  # feeds alone
    with saying(log.with_suffix(".out"), log):
        os._exit(dies(step, arguments))


@pytest.fixture(scope="module")
def torture(tmp_path_factory):
    with Torture(tmp_path_factory.mktemp("torture"), Forked) as made:
        yield made


MOMENTS = [
    Moment("crawl", 0.05),
    Moment("normalize", 0.02),
    Moment("write", 0.1),
    Moment("crawl", 0.05, number=signal.SIGTERM),
    Moment("write", 0.05, number=signal.SIGINT),
    *(Moment(step=step) for step in (-12, -8, -4)),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_command_killed_at_any_moment_loses_nothing(torture, moment):
    wrong, how = torture.round(moment)
    assert wrong == [], how
