"""When somebody who was asked is reminded: counted in days on which we work."""

from datetime import date, timedelta

from .worktime import from_epoch


def list_work_days(spans, zone) -> list[date]:
    """Return the local days that hold working time, in order, each once.

    :param spans: `Span`s of working time, in order.
    :param zone: time zone (a tzinfo) that days are told in.
    """
    days = {}
    for span in spans:
        day = from_epoch(span.start).astimezone(zone).date()
        last = from_epoch(span.end - 1).astimezone(zone).date()
        while day <= last:
            days.setdefault(day)
            day += timedelta(days=1)
    return list(days)


def plan_steps(steps, since, work_days) -> dict:
    """Return the day of each step.

    :param steps: dict of working days after `since` by name; 0 leaves a step out.
    :param since: the day on which the question was asked.
    :param work_days: days of work in order, enough of them after `since`.
    :return: dict of date by name.
    """
    after = [day for day in work_days if day > since]
    return {name: after[count - 1] for name, count in steps.items() if count > 0}


def put_off(planned, done, steps, work_days) -> dict:
    """Return later days for the steps that follow one which came late.

    Who was reminded late has the full time until the next step all the same.

    :param planned: dict of date by name, of the steps that are still to come.
    :param done: (name, day) of the step that was just taken.
    :param steps: dict of working days by name.
    :param work_days: days of work in order, enough of them after that day.
    :return: dict of date by name, of the steps that are put off.
    """
    name, day = done
    after = [one for one in work_days if one > day]
    moved = {}
    for later, due in planned.items():
        gap = steps[later] - steps[name]
        if gap > 0 and after[gap - 1] > due:
            moved[later] = after[gap - 1]
    return moved
