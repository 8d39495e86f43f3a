from .views import pages

app_name = "complaints"
urlpatterns = pages.urls()
