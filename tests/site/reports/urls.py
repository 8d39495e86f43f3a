"""The site with the reports' API beside it, as the site mounts every room's."""

from django.urls import path

from chengnuo.kit.api_edge import api_urls, make_api
from chengnuo.site import urls as site
from chengnuo.site.reports.api import router

urlpatterns = [path("api/reports/", api_urls(make_api([router], "reports_api"))), *site.urlpatterns]
