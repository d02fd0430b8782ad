// Signature texts of the tables: `i32 i64 -> i32`; `->` alone takes nothing and returns nothing.

/** The names of the value types of a signature. */
export function signatureTypes(signature: string): { readonly params: readonly string[]; readonly results: readonly string[] } {
  const words = signature.split(' ');
  const arrow = words.indexOf('->');
  return { params: words.slice(0, arrow), results: words.slice(arrow + 1) };
}
