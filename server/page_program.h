/* A template as server/page compiles it once and fills it often. Shared by page_compile.c, which
 * makes it, and page.c, which runs it; nobody else includes this. */
#ifndef SERVER_PAGE_PROGRAM_H
#define SERVER_PAGE_PROGRAM_H

#include "server/page.h"

enum page_step_kind {
    STEP_LITERAL,  /* text, as it is */
    STEP_VALUE,    /* {{name}} */
    STEP_URL,      /* {{url name}} */
    STEP_JSON,     /* {{json name}} */
    STEP_MESSAGE,  /* {{@key}} */
    STEP_ASSET,    /* {{asset name}}: text is the name with its hash */
    STEP_SECTION,  /* {{#name}} */
    STEP_INVERTED, /* {{^name}} */
    STEP_END,      /* {{/name}} */
    STEP_INCLUDE   /* {{>name}} */
};

struct page_step {
    enum page_step_kind kind;
    const char *text; /* lies in the program's source */
    size_t length;
    size_t jump; /* SECTION, INVERTED: position of its END */
};

struct page_program {
    char *name;
    char *source; /* owned */
    struct page_step *steps;
    size_t n_steps;
};

/* Compiles source (owned by the program from here on, also on failure). path: for messages. */
enum atlas_status page_compile(const char *path, char *source, const struct assets *assets,
                               struct page_program *program,
                               struct atlas_error *error) ATLAS_MUST_CHECK;
void page_program_close(struct page_program *program);

#endif
