#include "geo/schema.h"

/* Columns that the gazetteer and the atlas share: what a territory is. */
#define TERRITORY_COLUMNS                                                                          \
    "  code TEXT NOT NULL UNIQUE," /* see geo/territory.h */                                       \
    "  side TEXT NOT NULL,"        /* french, foreign */                                           \
    "  kind TEXT NOT NULL,"        /* territory_kind_text() */                                     \
    "  generic TEXT,"              /* the local word: cercle, wilaya, CU, métropole … */        \
    "  name_fr TEXT NOT NULL,"     /* to show in French */                                         \
    "  name_en TEXT NOT NULL,"     /* to show in English */                                        \
    "  country_iso TEXT,"          /* ISO 3166-1 alpha-2; FR for every French territory */         \
    "  parent_code TEXT,"          /* next area up: departement, region, admin1, country */        \
    "  epci_code TEXT,"            /* French communes: their EPCI, if any */                       \
    "  precision TEXT NOT NULL,"   /* precision_text() */                                          \
    "  radius_km REAL,"            /* how far the place may lie from the point, if known */        \
    "  population INTEGER,"        /* NULL where no source says */                                 \
    "  lon REAL,"                  /* degrees, NULL without a point */                             \
    "  lat REAL"

const char gazetteer_schema_sql[] =
    "CREATE TABLE territory("
    "  id INTEGER PRIMARY KEY," TERRITORY_COLUMNS
    ","
    "  rank INTEGER NOT NULL DEFAULT 0," /* weight among homonyms, higher first: see
                                            import/gazetteer_build.h */
    "  replaced_by TEXT,"                /* code of today's territory, for a merged or delegated
                                            commune, an old region … */
    "  official TEXT"                    /* SIREN or GeoNames id beside the code, if any */
    ");"
    "CREATE TABLE name("
    "  territory_id INTEGER NOT NULL,"
    "  folded TEXT NOT NULL," /* name_fold() */
    "  name TEXT NOT NULL,"   /* as the source spells it */
    "  lang TEXT,"            /* ISO 639-1, NULL where the source does not say */
    "  kind TEXT NOT NULL,"   /* official, short, french, alternate, old, delegated */
    "  PRIMARY KEY(territory_id, folded)"
    ") WITHOUT ROWID;"
    "CREATE TABLE prepared(" /* see geo/gazetteer_prepare.h */
    "  id INTEGER PRIMARY KEY, country_iso TEXT NOT NULL, part TEXT NOT NULL,"
    "  image BLOB NOT NULL, UNIQUE(country_iso, part));"
    "CREATE TABLE postal(postal TEXT NOT NULL, code TEXT NOT NULL);"
    "CREATE TABLE area(code TEXT NOT NULL UNIQUE, geom BLOB NOT NULL);"
    "CREATE TABLE border(kind TEXT NOT NULL, geom BLOB NOT NULL);"
    "CREATE TABLE attribution(position INTEGER PRIMARY KEY, source TEXT NOT NULL,"
    "  text TEXT NOT NULL, licence TEXT NOT NULL, url TEXT);"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

const char gazetteer_indexes_sql[] =
    "CREATE INDEX territory_country ON territory(country_iso);"
    "CREATE INDEX territory_official ON territory(official) WHERE official IS NOT NULL;"
    "CREATE INDEX postal_postal ON postal(postal);";

const char atlas_schema_sql[] =
    "CREATE TABLE edition("
    "  number INTEGER PRIMARY KEY," /* only grows; one row: the edition that this file is */
    "  date TEXT NOT NULL,"         /* YYYY-MM-DD, of publication */
    "  content_hash TEXT NOT NULL," /* SHA-256, hex, of the canonical dump (geo/store.h) */
    "  gazetteer TEXT NOT NULL,"    /* meta.build of the gazetteer used */
    "  restored_from INTEGER,"      /* number of the edition whose content this is, if any */
    "  cause TEXT"                  /* what was done to make it, for a person */
    ");"
    "CREATE TABLE source("
    "  name TEXT PRIMARY KEY,"          /* --source, by default the file's name */
    "  file_sha256 TEXT NOT NULL,"      /* of the last file imported for it */
    "  imported_at TEXT NOT NULL,"      /* UTC, ISO 8601; not part of the content hash */
    "  made INTEGER NOT NULL DEFAULT 0" /* 1: the file declares itself made, not real */
    ");"
    "CREATE TABLE territory("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," /* stable through later imports, never reused */
    TERRITORY_COLUMNS
    ","
    "  slug TEXT NOT NULL"
    ");"
    "CREATE TABLE name(" /* old, delegated, other and short names, for searching */
    "  territory_id INTEGER NOT NULL REFERENCES territory(id),"
    "  folded TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  lang TEXT,"
    "  kind TEXT NOT NULL"
    ");"
    "CREATE TABLE partnership("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," /* given once, never reused */
    "  source TEXT NOT NULL REFERENCES source(name),"
    "  external_id TEXT," /* the source's own id, if it has one */
    "  title TEXT NOT NULL,"
    "  slug TEXT NOT NULL,"
    "  description TEXT,"
    "  kind TEXT,"  /* DESIGN vocabulary; NULL: none said (so everywhere) */
    "  modes TEXT," /* ';' joined, sorted */
    "  status TEXT,"
    "  status_date TEXT,"
    "  signed TEXT," /* YYYY or YYYY-MM-DD */
    "  year_start INTEGER,"
    "  year_end INTEGER,"
    "  end_kind TEXT,"         /* fixed, open, estimated … as the source says */
    "  gender_marker INTEGER," /* 0, 1, 2; NULL is unknown, never 0 */
    "  gender_origin TEXT,"    /* call, e-apd, declared, estimated */
    "  call TEXT,"             /* calls for projects, ';' joined */
    "  sdg TEXT,"              /* declared goals, ';' joined */
    "  dac TEXT,"              /* declared DAC/CRS codes, ';' joined */
    "  publication TEXT NOT NULL DEFAULT 'published'," /* published, to-review, withheld: what
                                                            counts, from the next two and hold */
    "  publication_reason TEXT,"                       /* never served */
    "  stated_publication TEXT NOT NULL DEFAULT 'published'," /* what its row or a rule says */
    "  stated_reason TEXT,"
    "  published_precision TEXT," /* area or country: draw no finer; NULL: as known */
    "  source_doc TEXT,"
    "  source_place TEXT,"
    "  source_date TEXT,"
    "  note TEXT,"
    "  identity TEXT," /* how its source is known to mean it again: its external id, or what it
                          says (import/identity.h) */
    "  source_line INTEGER," /* first line of the file it was read from */
    "  merge_key TEXT"       /* what another source's row must say to mean it; NULL: none can */
    ");"
    "CREATE TABLE retired(" /* ids that no longer stand for a partnership */
    "  id INTEGER PRIMARY KEY,"
    "  merged_into INTEGER," /* 301 to it; NULL: withdrawn, 410 */
    "  reason TEXT NOT NULL"
    ");"
    "CREATE TABLE party("
    "  id INTEGER PRIMARY KEY,"
    "  partnership_id INTEGER NOT NULL REFERENCES partnership(id),"
    "  position INTEGER NOT NULL," /* 1.. in the order of the file */
    "  side TEXT NOT NULL,"        /* french, foreign */
    "  role TEXT NOT NULL,"        /* chef-de-file partenaire operateur financeur soutien
                                      beneficiaire */
    "  partner_status TEXT,"       /* foreign side: known unknown zone state */
    "  as_written TEXT NOT NULL,"  /* the name as the file has it; '' where it has none */
    "  type_written TEXT,"
    "  generic TEXT,"
    "  hint_written TEXT,"
    "  country_iso TEXT,"
    "  territory_id INTEGER REFERENCES territory(id)," /* NULL: named, never drawn */
    "  match_status TEXT," /* accepted, ambiguous, not_found, decided, given */
    "  match_score REAL,"
    "  match_reason TEXT"
    ");"
    "CREATE TABLE link("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," /* kept for the same partnership and ends */
    "  partnership_id INTEGER NOT NULL REFERENCES partnership(id),"
    "  french_id INTEGER NOT NULL REFERENCES territory(id),"
    "  foreign_id INTEGER NOT NULL REFERENCES territory(id),"
    "  weight REAL NOT NULL" /* 1 / number of links of the partnership */
    ");"
    "CREATE TABLE theme("
    "  code TEXT PRIMARY KEY,"
    "  parent TEXT,"
    "  also TEXT," /* a second parent */
    "  label_fr TEXT NOT NULL,"
    "  label_en TEXT NOT NULL,"
    "  sdg TEXT,"
    "  crs TEXT,"
    "  guide TEXT,"
    "  position INTEGER NOT NULL" /* order to show */
    ");"
    "CREATE TABLE partnership_theme("
    "  partnership_id INTEGER NOT NULL REFERENCES partnership(id),"
    "  theme TEXT NOT NULL REFERENCES theme(code),"
    "  PRIMARY KEY(partnership_id, theme)"
    ") WITHOUT ROWID;"
    "CREATE TABLE funding("
    "  partnership_id INTEGER NOT NULL REFERENCES partnership(id),"
    "  funder TEXT,"
    "  amount_eur REAL NOT NULL," /* only known amounts have a row */
    "  nature TEXT,"              /* prevu, attribue, verse, cumul; NULL: not said */
    "  year_from INTEGER,"
    "  year_to INTEGER,"
    "  source TEXT" /* which adds it; NULL: the partnership's own */
    ");"
    "CREATE TABLE area(code TEXT PRIMARY KEY);"
    "CREATE TABLE border(id INTEGER PRIMARY KEY, kind TEXT NOT NULL);"
    "CREATE TABLE attribution(position INTEGER PRIMARY KEY, source TEXT NOT NULL,"
    "  text TEXT NOT NULL, licence TEXT NOT NULL, url TEXT);";

const char atlas_keeping_sql[] =
    "CREATE TABLE claim(" /* further sources that hold a partnership, beside its own */
    "  source TEXT NOT NULL REFERENCES source(name),"
    "  identity TEXT NOT NULL,"
    "  partnership_id INTEGER NOT NULL REFERENCES partnership(id),"
    "  external_id TEXT,"
    "  source_line INTEGER,"
    "  PRIMARY KEY(source, identity)"
    ") WITHOUT ROWID;"
    "CREATE INDEX claim_partnership ON claim(partnership_id);"
    "CREATE TABLE origin(" /* of values that are not from the partnership's first row: a column of
                              partnership, or `theme:` and its code */
    "  partnership_id INTEGER NOT NULL REFERENCES partnership(id),"
    "  field TEXT NOT NULL,"
    "  source TEXT NOT NULL,"
    "  source_line INTEGER NOT NULL,"
    "  PRIMARY KEY(partnership_id, field)"
    ") WITHOUT ROWID;"
    "CREATE TABLE hold("                    /* what the data manager ordered, over what files say */
    "  partnership_id INTEGER PRIMARY KEY," /* stays when it leaves, for its return */
    "  publication TEXT NOT NULL,"          /* published, withheld */
    "  reason TEXT,"
    "  until TEXT," /* YYYY-MM-DD: the day on which a withheld one may be shown again */
    "  ordered_on TEXT NOT NULL,"
    "  instead_of TEXT" /* stated_publication when it was ordered to be published */
    ");"
    "CREATE TABLE former_partnership(" /* ids of those that left, for their return */
    "  source TEXT NOT NULL,"
    "  identity TEXT NOT NULL,"
    "  id INTEGER NOT NULL,"
    "  PRIMARY KEY(source, identity)"
    ") WITHOUT ROWID;"
    "CREATE TABLE former_territory(" /* ids of places that no party names now, for their return */
    "  code TEXT PRIMARY KEY,"
    "  id INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE former_link(" /* likewise of links */
    "  partnership_id INTEGER NOT NULL,"
    "  french_id INTEGER NOT NULL,"
    "  foreign_id INTEGER NOT NULL,"
    "  id INTEGER NOT NULL,"
    "  PRIMARY KEY(partnership_id, french_id, foreign_id)"
    ") WITHOUT ROWID;"
    "CREATE TABLE decision("  /* the data manager's answers, applied to every import */
    "  key TEXT PRIMARY KEY," /* hash of the question: side to country (import/decisions.h) */
    "  side TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  hint TEXT NOT NULL,"
    "  country TEXT NOT NULL,"
    "  answer TEXT NOT NULL," /* place, none, as-is, publish */
    "  code TEXT,"            /* of the place chosen */
    "  label TEXT,"           /* its name when it was chosen */
    "  decided_on TEXT NOT NULL"
    ") WITHOUT ROWID;";

const char atlas_indexes_sql[] =
    "CREATE INDEX name_territory ON name(territory_id);"
    "CREATE INDEX name_folded ON name(folded);"
    "CREATE INDEX territory_parent ON territory(parent_code);"
    "CREATE UNIQUE INDEX IF NOT EXISTS partnership_identity ON partnership(source, identity);"
    "CREATE INDEX IF NOT EXISTS partnership_merge_key ON partnership(merge_key) WHERE merge_key IS "
    "NOT NULL;"
    "CREATE INDEX IF NOT EXISTS partnership_unpublished ON partnership(id, publication)"
    " WHERE publication <> 'published';"
    "CREATE INDEX party_partnership ON party(partnership_id);"
    "CREATE INDEX party_territory ON party(territory_id);"
    "CREATE INDEX link_partnership ON link(partnership_id);"
    "CREATE INDEX link_french ON link(french_id);"
    "CREATE INDEX link_foreign ON link(foreign_id);"
    "CREATE INDEX funding_partnership ON funding(partnership_id);";
