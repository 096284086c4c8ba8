"""A promotion as one HTML page that needs nothing beside it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from smartrecruiters_calendar.promotion.result import PromotionResult


def page(result: PromotionResult) -> str:
    """The whole page."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return templates.get_template("page.html").render(result=result)
