// The build puts the name with the content's hash in the place of the plain one.

/** The name of a file beside this one. */
export const asset = (name) => `./${name}`;
