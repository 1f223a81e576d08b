/* The two SQLite files of the project, table by table: geo/schema.c holds their SQL.
 *
 * The gazetteer (build/gazetteer.sqlite, made by passerelle-gazetteer, read by the importer):
 *   territory  one row per authority or area of every kind, French and foreign, and per country
 *   name       every name by which it may be written, folded by geo/name
 *   prepared   what makes opening it quick (geo/gazetteer_prepare.h); of no use to others
 *   postal     French postal codes of communes
 *   area       outlines as WKB (little endian, EPSG:4326): code of a territory -> MULTIPOLYGON
 *   border     lines between countries as WKB MULTILINESTRING; kind `border` or `disputed`
 *   attribution  what must be said of each source
 *   meta       `build` (hash of the content), `made_at` … as key and value
 *
 * The atlas database (made by passerelle-import; SpatiaLite; read by passerelle-serve as plain
 * SQLite): see the comments beside each column in geo/schema.c. Geometry columns are added by
 * geo/store through SpatiaLite: territory.geom POINT, link.geom MULTILINESTRING,
 * area.geom MULTIPOLYGON, border.geom MULTILINESTRING, all EPSG:4326, each with a spatial index.
 *
 * Both carry PRAGMA application_id and user_version, so that a foreign file, or one of another
 * version, is refused by name before anything is read from it.
 */
#ifndef GEO_SCHEMA_H
#define GEO_SCHEMA_H

#define GAZETTEER_APPLICATION_ID 0x50534C47 /* "PSLG" */
#define GAZETTEER_USER_VERSION   2
#define ATLAS_APPLICATION_ID     0x50534C41 /* "PSLA" */
#define ATLAS_USER_VERSION       3

/* SQL text that creates the tables in an empty file; static. */
extern const char gazetteer_schema_sql[];
extern const char gazetteer_indexes_sql[]; /* run after the rows are in: faster */
extern const char atlas_schema_sql[];      /* without the geometry columns */
/* Likewise what is kept beside the content and never served: orders, decisions, origins, ids of
 * what left. */
extern const char atlas_keeping_sql[];
extern const char atlas_indexes_sql[];

#endif
