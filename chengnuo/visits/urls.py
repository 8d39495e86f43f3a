from .views import pages

app_name = "visits"
urlpatterns = pages.urls()
