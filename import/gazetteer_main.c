/* passerelle-gazetteer: builds the gazetteer from the pinned outside data. */
#include "import/gazetteer_build.h"
#include "import/gazetteer_file.h"

#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

static const char help[] =
    "usage: passerelle-gazetteer --outside DIR --output FILE [option...]\n"
    "\n"
    "Builds the gazetteer (French authorities and areas, countries, their first-level units and\n"
    "cities, with names, points and outlines) from the pinned outside data.\n"
    "\n"
    "  --outside DIR      the packages of data/package.json, as ./dev setup leaves them\n"
    "  --output FILE      the SQLite file to write; replaced only once the new one is whole\n"
    "  --communes FILE    a CSV insee,nom,lon,lat that makes these communes exact\n"
    "  --supplement FILE  places that no source has (default: share/supplement.csv beside this\n"
    "                     programme)\n"
    "  --cldr DIR         Unicode CLDR (default: /usr/share/unicode/cldr/common)\n"
    "  --iso-codes DIR    iso-codes (default: /usr/share/iso-codes/json)\n"
    "  --locale DIR       message catalogues (default: /usr/share/locale)\n"
    "  --help, --version\n"
    "\n"
    "Exit: 0 done, 1 failed (the output is as it was), 2 wrong use.\n";

enum {
    OPTION_OUTSIDE = 256,
    OPTION_OUTPUT,
    OPTION_COMMUNES,
    OPTION_SUPPLEMENT,
    OPTION_CLDR,
    OPTION_ISO_CODES,
    OPTION_LOCALE,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option options[] = {
    {"outside", required_argument, NULL, OPTION_OUTSIDE},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"communes", required_argument, NULL, OPTION_COMMUNES},
    {"supplement", required_argument, NULL, OPTION_SUPPLEMENT},
    {"cldr", required_argument, NULL, OPTION_CLDR},
    {"iso-codes", required_argument, NULL, OPTION_ISO_CODES},
    {"locale", required_argument, NULL, OPTION_LOCALE},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {0},
};

/* share/supplement.csv in the folder of this executable; room holds PATH_MAX bytes. */
static const char *own_supplement(char *room)
{
    ssize_t length = readlink("/proc/self/exe", room, PATH_MAX - 1);
    room[length > 0 ? length : 0] = '\0';
    char *name = strrchr(room, '/');
    static const char file[] = "/share/supplement.csv";
    if (!name || (size_t)(name - room) + sizeof file > PATH_MAX) return "share/supplement.csv";
    memcpy(name, file, sizeof file);
    return room;
}

/* Takes one option; false for one that is not known. Help and version end the programme. */
static bool take_option(int option, struct gazetteer_sources *sources, const char **output)
{
    switch (option) {
    case OPTION_OUTSIDE:
        sources->outside = optarg;
        return true;
    case OPTION_OUTPUT:
        *output = optarg;
        return true;
    case OPTION_COMMUNES:
        sources->communes = optarg;
        return true;
    case OPTION_SUPPLEMENT:
        sources->supplement = optarg;
        return true;
    case OPTION_CLDR:
        sources->cldr = optarg;
        return true;
    case OPTION_ISO_CODES:
        sources->iso_codes = optarg;
        return true;
    case OPTION_LOCALE:
        sources->locale = optarg;
        return true;
    case OPTION_HELP:
        fputs(help, stdout);
        exit(EXIT_SUCCESS);
    case OPTION_VERSION:
        puts("passerelle-gazetteer " PASSERELLE_VERSION);
        exit(EXIT_SUCCESS);
    default:
        return false;
    }
}

int main(int argc, char **argv)
{
    char room[PATH_MAX];
    struct gazetteer_sources sources = {.cldr = "/usr/share/unicode/cldr/common",
                                        .iso_codes = "/usr/share/iso-codes/json",
                                        .locale = "/usr/share/locale",
                                        .supplement = own_supplement(room)};
    const char *output = NULL;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        if (!take_option(option, &sources, &output)) {
            fputs("passerelle-gazetteer: see --help for the options\n", stderr);
            return EXIT_USAGE;
        }
    if (optind < argc || !sources.outside || !output) {
        fprintf(stderr, "passerelle-gazetteer: %s%s; see --help\n",
                optind < argc      ? "unexpected argument "
                : !sources.outside ? "--outside DIR is missing"
                                   : "--output FILE is missing",
                optind < argc ? argv[optind] : "");
        return EXIT_USAGE;
    }
    struct atlas_error error;
    if (gazetteer_build(&sources, output, &error) != ATLAS_OK) {
        fprintf(stderr, "passerelle-gazetteer: %s\n", error.message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
