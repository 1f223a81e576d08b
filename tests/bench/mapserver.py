"""MapServer as a peer of the tile bench (MVT and PNG): two FastCGI processes behind nginx, which
compresses at level 1. It draws each link as it is, out of an indexed GeoPackage that it keeps open.

Tried on the made national file and no faster, within what rounds differ: four processes; lines
simplified per zoom; FlatGeobuf and indexed shapefiles (a tenth more without a filter); themes as bits.
"""
import os
import shutil
import signal
import subprocess
import sys

from load import Server, free_port

MAPSERVER = "/usr/lib/cgi-bin/mapserv"


def mapserver_missing():
    return not os.path.exists(MAPSERVER) or not shutil.which("spawn-fcgi")


MAPFILE = """
MAP
  NAME "links" EXTENT -20037508 -20037508 20037508 20037508 SIZE 256 256
  PROJECTION "init=epsg:3857" END
  IMAGECOLOR 255 255 255
  OUTPUTFORMAT NAME "mvt" DRIVER "MVT" FORMATOPTION "EXTENT=4096" END
  OUTPUTFORMAT NAME "png" DRIVER "AGG/PNG8" MIMETYPE "image/png" IMAGEMODE RGB END
  LAYER
    NAME "links" TYPE LINE STATUS DEFAULT
    CONNECTIONTYPE OGR CONNECTION "{folder}/links.gpkg" DATA "link"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    PROCESSING "NATIVE_FILTER=year_from <= %last% AND year_to >= %first% AND themes LIKE '%%theme%%'"
    VALIDATION
      "first" "^[0-9]{{1,4}}$" "default_first" "0"
      "last" "^[0-9]{{1,4}}$" "default_last" "9999"
      "theme" "^[a-z-]*$" "default_theme" ""
    END
    METADATA "gml_include_items" "link_id" END
    CLASS STYLE COLOR 20 80 140 WIDTH 1 END END
  END
END
"""
CONFIG = 'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\n  MAPS\n    LINKS "{folder}/links.map"\n  END\nEND\n'
FRONT = """
{user}
worker_processes 2; pid {folder}/front.pid; error_log {folder}/front.log; daemon off;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000000;
    gzip on; gzip_comp_level 1; gzip_min_length 400; gzip_types {mime};
    client_body_temp_path {folder}/front-body; proxy_temp_path {folder}/front-proxy;
    fastcgi_temp_path {folder}/front-fastcgi; uwsgi_temp_path {folder}/front-uwsgi;
    scgi_temp_path {folder}/front-scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            fastcgi_pass unix:{folder}/mapserver.sock;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param MAPSERVER_CONFIG_FILE {folder}/mapserver.conf;
        }}
    }}
}}
"""


class Mapserver:
    """A MapServer of its own in a folder."""

    def __init__(self, folder, database, links):
        from osgeo import ogr, osr
        ogr.UseExceptions()
        lines = {}
        source = ogr.Open(database)
        mercator, degrees = osr.SpatialReference(), osr.SpatialReference()
        mercator.ImportFromEPSG(3857)
        degrees.ImportFromEPSG(4326)
        degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        change = osr.CoordinateTransformation(degrees, mercator)
        for feature in source.GetLayerByName("link"):
            if feature.geometry() is not None:
                geometry = feature.geometry().Clone()
                geometry.Transform(change)
                lines[feature.GetFID()] = geometry
        target = ogr.GetDriverByName("GPKG").CreateDataSource(f"{folder}/links.gpkg")
        layer = target.CreateLayer("link", mercator, ogr.wkbMultiLineString)
        for name, kind in (("link_id", ogr.OFTInteger), ("year_from", ogr.OFTInteger),
                           ("year_to", ogr.OFTInteger), ("themes", ogr.OFTString)):
            layer.CreateField(ogr.FieldDefn(name, kind))
        layer.StartTransaction()
        for link in links.rows:
            if link.id not in lines:
                continue
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(lines[link.id])
            for name, value in (("link_id", link.id), ("year_from", link.years[0]),
                                ("year_to", link.years[1]), ("themes", ";".join(link.themes))):
                feature.SetField(name, value)
            layer.CreateFeature(feature)
        layer.CommitTransaction()
        target = None
        with open(f"{folder}/links.map", "w") as file:
            file.write(MAPFILE.format(folder=folder))
        with open(f"{folder}/mapserver.conf", "w") as file:
            file.write(CONFIG.format(folder=folder))
        port = free_port()
        with open(f"{folder}/front.conf", "w") as file:
            file.write(FRONT.format(folder=folder, port=port, mime="application/vnd.mapbox-vector-tile",
                                    user="user root;" if os.geteuid() == 0 else ""))
        self.workers = []
        environment = {**os.environ, "MAPSERVER_CONFIG_FILE": f"{folder}/mapserver.conf"}
        done = subprocess.run(["spawn-fcgi", "-s", f"{folder}/mapserver.sock", "-F", "2", "-P",
                               f"{folder}/mapserver.pid", "--", MAPSERVER], env=environment,
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"spawn-fcgi: {done.stderr}")
        with open(f"{folder}/mapserver.pid") as file:
            self.workers = [int(pid) for pid in file.read().split()]
        self.server = Server(["nginx", "-c", f"{folder}/front.conf", "-e", f"{folder}/front.log"], port,
                             self.path(0, 0, 0, None, 2015), f"{folder}/front.out")
        if len(self.server.first_answer) < 200:
            self.stop()
            sys.exit(f"MapServer answers {self.server.first_answer[:300]!r}: this shows no speed")

    def path(self, z, x, y, theme, year, image="mvt"):
        return (f"/?map=LINKS&mode=tile&tilemode=gmap&map.imagetype={image}&tile={x}+{y}+{z}&layers=links"
                f"&first={year or 0}&last={year or 9999}&theme={theme or ''}")

    def tile(self, path):
        """A tile as a client gets it that takes gzip."""
        body = self.server.get(path)
        if len(body) > 2000 and body[:2] != b"\x1f\x8b":
            sys.exit(f"MapServer: {path} is not compressed: this compares with nothing")
        return body

    def stop(self):
        self.server.stop()
        for pid in self.workers:
            try:
                os.kill(pid, signal.SIGKILL)  # while it waits for a request it heeds nothing else
            except ProcessLookupError:
                pass
