from .views import pages

app_name = "claims"
urlpatterns = pages.urls()
