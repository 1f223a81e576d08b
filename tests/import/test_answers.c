/* import/answers: questions by their key, answers found again. Plan: the key depends on all that a
 * question is and on nothing else; an answer takes the place of an earlier one; words that are no
 * answer; many answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/answers.h"

#include <stdio.h>
#include <string.h>

static const struct import_party fes = {.name = "Fès",
                                        .type = "city",
                                        .hint = "Maroc",
                                        .country_iso = "MA",
                                        .role = "partenaire",
                                        .side = SIDE_FOREIGN};

static const char *key_of(const struct import_party *party)
{
    static char key[QUESTION_KEY_BYTES];
    assert_int_equal(question_key(party, key), ATLAS_OK);
    assert_int_equal(strlen(key), QUESTION_KEY_BYTES - 1);
    return key;
}

static void a_key_is_of_the_question_alone(void **state)
{
    (void)state;
    char key[QUESTION_KEY_BYTES];
    strcpy(key, key_of(&fes));
    struct import_party same = fes;
    same.role = "financeur";
    same.generic = "préfecture";
    same.partner_status = "known";
    same.country = "Maroc"; /* as written; the code counts */
    assert_string_equal(key_of(&same), key);
    struct import_party others[6] = {fes, fes, fes, fes, fes, fes};
    others[0].name = "Fes";
    others[1].type = "province";
    others[2].hint = NULL;
    others[3].country_iso = "DZ";
    others[4].side = SIDE_FRENCH;
    others[5].type = "cityMaroc"; /* the same letters, cut elsewhere */
    others[5].hint = NULL;
    for (size_t i = 0; i < 6; i++)
        assert_string_not_equal(key_of(&others[i]), key);
    struct import_party empty = fes, none = fes;
    empty.hint = "";
    none.hint = NULL;
    strcpy(key, key_of(&empty));
    assert_string_equal(key_of(&none), key);
}

static void answers_are_found_by_the_question(void **state)
{
    (void)state;
    struct pool *pool = pool_new();
    struct answers *answers = answers_new(pool);
    assert_null(answers_find(answers, &fes));
    assert_null(answers_find(NULL, &fes));
    for (int i = 0; i < 300; i++) {
        char name[20];
        snprintf(name, sizeof name, "Lieu %d", i);
        struct import_party party = fes;
        party.name = name;
        assert_int_equal(answers_add(answers, key_of(&party), "none", NULL, "2026-01-01"),
                         ATLAS_OK);
    }
    assert_null(answers_find(answers, &fes));
    assert_int_equal(answers_add(answers, key_of(&fes), "as-is", NULL, "2026-01-01"), ATLAS_OK);
    assert_int_equal(answers_find(answers, &fes)->kind, ANSWER_AS_IS);
    assert_int_equal(answers_add(answers, key_of(&fes), "place", "gn:2548885", "2026-02-01"),
                     ATLAS_OK);
    const struct answer *answer = answers_find(answers, &fes);
    assert_int_equal(answer->kind, ANSWER_PLACE);
    assert_string_equal(answer->code, "gn:2548885");
    assert_string_equal(answer->decided_on, "2026-02-01");
    struct import_party last = fes;
    last.name = "Lieu 299";
    assert_int_equal(answers_find(answers, &last)->kind, ANSWER_NONE);
    assert_int_equal(answers_add(answers, key_of(&fes), "peut-être", NULL, "2026-01-01"),
                     ATLAS_INVALID);
    answers_free(answers);
    answers_free(NULL);
    pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_of_the_question_alone),
        cmocka_unit_test(answers_are_found_by_the_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
