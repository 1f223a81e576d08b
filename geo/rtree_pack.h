/* Fills an SQLite R*Tree at once. Inserting row by row splits and balances nodes all along and
 * takes some 12 µs a row; packed from sorted boxes (sort-tile-recursive) the same rows take a
 * twentieth of that, and the tree is tighter.
 *
 * The nodes are written as SQLite's rtree module writes them into its tables NAME_node, NAME_rowid
 * and NAME_parent: all numbers big-endian; two bytes depth (in the root), two bytes number of
 * cells, then per cell the row or node it leads to in eight bytes and four 32-bit floats, xmin,
 * xmax, ymin, ymax, rounded outwards. rtreecheck() is this file's test.
 */
#ifndef GEO_RTREE_PACK_H
#define GEO_RTREE_PACK_H

#include <sqlite3.h>

/* Replaces the content of the R*Tree `table` (two dimensions, floats, of this database's main
 * schema) by the rows of a query that gives id, xmin, xmax, ymin, ymax; rows with a NULL among them
 * are left out. Runs in the caller's transaction. SQLITE_OK, or the code of what failed:
 * SQLITE_NOMEM, SQLITE_CORRUPT when the table is no such R*Tree, or what SQLite says. */
int rtree_pack(sqlite3 *database, const char *table, const char *query);

#endif
