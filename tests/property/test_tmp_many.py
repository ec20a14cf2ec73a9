import runpy
def test_many(database_url):
    m=runpy.run_path('/tmp/h/lang-many.py'); m['run'](database_url,0,250)
