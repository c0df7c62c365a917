"""Work that takes too long is ended from outside, and nothing is raised after it."""

import sys
import threading
import time

import pytest

from autograder.marking.time_limit import OutOfTime, within


def test_work_that_ends_in_time_gives_what_it_gives():
    assert within(5, lambda: 3) == 3
    with pytest.raises(KeyError):
        within(5, lambda: {}["x"])


def endless():
    while True:
        pass


def stubborn():
    while True:
        try:
            endless()
        except Exception:
            continue


@pytest.mark.parametrize("work", [endless, stubborn])
@pytest.mark.timeout(20)
def test_work_without_an_end_is_ended(work):
    with pytest.raises(OutOfTime, match=r"more than 0\.1 s"):
        within(0.1, work)


@pytest.mark.timeout(20)
def test_it_is_ended_in_any_thread():
    """Dask's workers do not work in the first one, where alarms are heard."""
    found = []

    def grade():
        try:
            within(0.1, endless)
        except OutOfTime as error:
            found.append(error.seconds)

    thread = threading.Thread(target=grade)
    thread.start()
    thread.join()
    assert found == [0.1]


def test_nothing_is_raised_once_the_work_is_over():
    """Work that ends just as its time does ends in one way or the other, and that is all."""
    seen = set()
    for number in range(200):
        # from half of the time to four of the turns that Python gives its threads
        work = 0.001 + 4 * sys.getswitchinterval() * number / 200
        end = time.perf_counter() + work

        def busy(end=end):
            while time.perf_counter() < end:
                pass

        try:
            within(0.002, busy)
            seen.add("done")
        except OutOfTime:
            seen.add("out of time")
        sum(range(2000))  # an error that came late would come here
    assert seen == {"done", "out of time"}
