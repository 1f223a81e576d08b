// Rows that try to be more than data.
const longWord = 'é'.repeat(10000);

/** What each row's title holds, beside a number. */
export const hostileTitles = [
    '<img src=x onerror="globalThis.hacked=1">',
    '</script><script>globalThis.hacked=2</script>',
    '"><b onmouseover=globalThis.hacked=3>x</b>',
    '\u202eright to left\u202c',
    '{{title}} ${1+1} <marquee>',
    'javascript:globalThis.hacked=4',
    longWord,
];

const quote = (text) => `"${text.replaceAll('"', '""')}"`;

/** The rows as a file to import. */
export function hostileCsv() {
    const header = 'partnership_id,title,kind,french_name,french_type,foreign_name,foreign_type,' +
        'country_iso,themes,year_start,note,source_doc';
    const rows = hostileTitles.map((title, i) => [
        `H${i}`, `Essai ${i} ${title}`, 'jumelage', 'Grenoble', 'commune', `Fès ${title}`, 'city',
        'MA', 'eau', '2019', title, title,
    ].map(quote).join(','));
    return `${[header, ...rows].join('\r\n')}\r\n`;
}
