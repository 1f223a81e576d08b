#include "geo/rtree_pack.h"

#include "geo/array.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEAD_BYTES = 4,
    CELL_BYTES = 24,
    LEAST_CELLS = 4,   /* of a node of any sound tree */
    SPARE_TENTHS = 1,  /* of a node stays free, so that later rows do not split it at once */
    MOST_NODE = 65536, /* bytes; SQLite's largest page */
    ROOT = 1,
};

struct box {
    int64_t id; /* of a row, or of a node one level down */
    float xmin, xmax, ymin, ymax;
};

struct boxes {
    struct box *items;
    size_t n, capacity;
};

/* Which leaf a row is in. */
struct row {
    int64_t id, node;
};

struct packer {
    sqlite3 *database;
    const char *table;
    sqlite3_stmt *put_node, *put_row, *put_parent;
    uint8_t *node; /* node_bytes */
    size_t node_bytes, most_cells;
    int64_t next_node;
    struct row *rows;
    size_t n_rows;
};

static float rounded_down(double value)
{
    float rounded = (float)value;
    return (double)rounded > value ? nextafterf(rounded, -INFINITY) : rounded;
}

static float rounded_up(double value)
{
    float rounded = (float)value;
    return (double)rounded < value ? nextafterf(rounded, INFINITY) : rounded;
}

static bool add_box(struct boxes *boxes, const struct box *box)
{
    if (!ARRAY_RESERVE(boxes->items, boxes->n + 1, &boxes->capacity)) return false;
    boxes->items[boxes->n++] = *box;
    return true;
}

static int read_boxes(sqlite3 *database, const char *query, struct boxes *boxes)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database, query, -1, &statement, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        code = SQLITE_OK;
        bool whole = true;
        for (int i = 0; i < 5; i++)
            whole = whole && sqlite3_column_type(statement, i) != SQLITE_NULL;
        if (!whole) continue;
        struct box box = {.id = sqlite3_column_int64(statement, 0),
                          .xmin = rounded_down(sqlite3_column_double(statement, 1)),
                          .xmax = rounded_up(sqlite3_column_double(statement, 2)),
                          .ymin = rounded_down(sqlite3_column_double(statement, 3)),
                          .ymax = rounded_up(sqlite3_column_double(statement, 4))};
        if (!add_box(boxes, &box)) code = SQLITE_NOMEM;
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* ---- the tables ---- */

/* Prepares "… NAME_suffix …": format holds %w for the R*Tree's name. */
static int prepare(struct packer *packer, const char *format, sqlite3_stmt **statement)
{
    char *sql = sqlite3_mprintf(format, packer->table);
    if (!sql) return SQLITE_NOMEM;
    int code = sqlite3_prepare_v2(packer->database, sql, -1, statement, NULL);
    sqlite3_free(sql);
    return code;
}

static int run(struct packer *packer, const char *format)
{
    sqlite3_stmt *statement = NULL;
    int code = prepare(packer, format, &statement);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* A tree's nodes have all the size of its root. */
static int find_node_size(struct packer *packer)
{
    sqlite3_stmt *statement = NULL;
    int code = prepare(packer, "SELECT length(data) FROM \"%w_node\" WHERE nodeno = 1", &statement);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_int64 bytes = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW) return code == SQLITE_DONE ? SQLITE_CORRUPT : code;
    if (bytes < HEAD_BYTES + LEAST_CELLS * CELL_BYTES || bytes > MOST_NODE) return SQLITE_CORRUPT;
    packer->node_bytes = (size_t)bytes;
    packer->most_cells = (size_t)(bytes - HEAD_BYTES) / CELL_BYTES;
    packer->node = malloc(packer->node_bytes);
    return packer->node ? SQLITE_OK : SQLITE_NOMEM;
}

static int open_tables(struct packer *packer)
{
    static const char *const empty[] = {"DELETE FROM \"%w_node\"", "DELETE FROM \"%w_rowid\"",
                                        "DELETE FROM \"%w_parent\""};
    int code = find_node_size(packer);
    for (size_t i = 0; i < sizeof empty / sizeof *empty && code == SQLITE_OK; i++)
        code = run(packer, empty[i]);
    if (code == SQLITE_OK)
        code = prepare(packer, "INSERT INTO \"%w_node\"(nodeno, data) VALUES(?1, ?2)",
                       &packer->put_node);
    if (code == SQLITE_OK)
        code = prepare(packer, "INSERT INTO \"%w_rowid\"(rowid, nodeno) VALUES(?1, ?2)",
                       &packer->put_row);
    if (code == SQLITE_OK)
        code = prepare(packer, "INSERT INTO \"%w_parent\"(nodeno, parentnode) VALUES(?1, ?2)",
                       &packer->put_parent);
    return code;
}

static void close_tables(struct packer *packer)
{
    sqlite3_finalize(packer->put_node);
    sqlite3_finalize(packer->put_row);
    sqlite3_finalize(packer->put_parent);
    free(packer->node);
}

/* ---- nodes ---- */

static uint8_t *put_number(uint8_t *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
    return at + bytes;
}

static uint8_t *put_float(uint8_t *at, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return put_number(at, bits, sizeof bits);
}

static int step_pair(sqlite3_stmt *statement, int64_t key, int64_t value)
{
    sqlite3_bind_int64(statement, 1, key);
    sqlite3_bind_int64(statement, 2, value);
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Writes a node that holds n boxes, and where each of them is. height: of the node above its
 * leaves; only the root says it. */
static int write_node(struct packer *packer, int64_t number, unsigned height,
                      const struct box *boxes, size_t n)
{
    memset(packer->node, 0, packer->node_bytes);
    uint8_t *at = put_number(packer->node, number == ROOT ? height : 0, 2);
    at = put_number(at, n, 2);
    int code = SQLITE_OK;
    for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
        at = put_number(at, (uint64_t)boxes[i].id, 8);
        at = put_float(at, boxes[i].xmin);
        at = put_float(at, boxes[i].xmax);
        at = put_float(at, boxes[i].ymin);
        at = put_float(at, boxes[i].ymax);
        if (height)
            code = step_pair(packer->put_parent, boxes[i].id, number);
        else
            packer->rows[packer->n_rows++] = (struct row){boxes[i].id, number};
    }
    if (code != SQLITE_OK) return code;
    sqlite3_bind_int64(packer->put_node, 1, number);
    sqlite3_bind_blob(packer->put_node, 2, packer->node, (int)packer->node_bytes, SQLITE_STATIC);
    code = sqlite3_step(packer->put_node);
    sqlite3_reset(packer->put_node);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

/* Where each row is, in the order of rows: each goes to the end of its table, which is quicker than
 * in between. */
static int write_rows(struct packer *packer)
{
    int code = SQLITE_OK;
    if (packer->n_rows) qsort(packer->rows, packer->n_rows, sizeof *packer->rows, compare_rows);
    for (size_t i = 0; i < packer->n_rows && code == SQLITE_OK; i++)
        code = step_pair(packer->put_row, packer->rows[i].id, packer->rows[i].node);
    return code;
}

static struct box around(const struct box *boxes, size_t n, int64_t id)
{
    struct box box = boxes[0];
    box.id = id;
    for (size_t i = 1; i < n; i++) {
        box.xmin = fminf(box.xmin, boxes[i].xmin);
        box.xmax = fmaxf(box.xmax, boxes[i].xmax);
        box.ymin = fminf(box.ymin, boxes[i].ymin);
        box.ymax = fmaxf(box.ymax, boxes[i].ymax);
    }
    return box;
}

static int compare(float a, float b, const struct box *left, const struct box *right)
{
    if (a != b) return a < b ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

static int compare_x(const void *left, const void *right)
{
    const struct box *a = left, *b = right;
    return compare(a->xmin + a->xmax, b->xmin + b->xmax, a, b);
}

static int compare_y(const void *left, const void *right)
{
    const struct box *a = left, *b = right;
    return compare(a->ymin + a->ymax, b->ymin + b->ymax, a, b);
}

/* Where part i of n parts of `count` begins: parts differ by one at most. */
static size_t part_start(size_t count, size_t n, size_t i)
{
    return count / n * i + count % n * i / n;
}

/* Writes one level: the boxes in strips from west to east, each from south to north, cut into
 * nodes; these nodes become the boxes. */
static int write_level(struct packer *packer, struct boxes *boxes, unsigned height)
{
    size_t full = packer->most_cells - packer->most_cells * SPARE_TENTHS / 10;
    size_t nodes = (boxes->n + full - 1) / full, strips = (size_t)ceil(sqrt((double)nodes));
    struct boxes above = {0};
    int code = SQLITE_OK;
    qsort(boxes->items, boxes->n, sizeof *boxes->items, compare_x);
    for (size_t s = 0; s < strips && code == SQLITE_OK; s++) {
        size_t from = part_start(nodes, strips, s), to = part_start(nodes, strips, s + 1);
        size_t start = part_start(boxes->n, nodes, from), end = part_start(boxes->n, nodes, to);
        qsort(boxes->items + start, end - start, sizeof *boxes->items, compare_y);
        for (size_t i = from; i < to && code == SQLITE_OK; i++) {
            const struct box *first = boxes->items + part_start(boxes->n, nodes, i);
            size_t n = (size_t)(boxes->items + part_start(boxes->n, nodes, i + 1) - first);
            struct box box = around(first, n, packer->next_node++);
            code = write_node(packer, box.id, height, first, n);
            if (code == SQLITE_OK && !add_box(&above, &box)) code = SQLITE_NOMEM;
        }
    }
    free(boxes->items);
    *boxes = above;
    return code;
}

int rtree_pack(sqlite3 *database, const char *table, const char *query)
{
    struct packer packer = {.database = database, .table = table, .next_node = ROOT + 1};
    struct boxes boxes = {0};
    unsigned height = 0;
    int code = read_boxes(database, query, &boxes);
    if (code == SQLITE_OK) code = open_tables(&packer);
    packer.rows = malloc((boxes.n + 1) * sizeof *packer.rows);
    if (code == SQLITE_OK && !packer.rows) code = SQLITE_NOMEM;
    for (; code == SQLITE_OK && boxes.n > packer.most_cells; height++)
        code = write_level(&packer, &boxes, height);
    if (code == SQLITE_OK) code = write_node(&packer, ROOT, height, boxes.items, boxes.n);
    if (code == SQLITE_OK) code = write_rows(&packer);
    close_tables(&packer);
    free(packer.rows);
    free(boxes.items);
    return code;
}
