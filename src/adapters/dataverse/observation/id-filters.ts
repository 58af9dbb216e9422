/** Ids in one filter: the service takes 500 conditions in a query, and addresses of 32 KB. */
const idsInOneFilter = 80

/** Encoded filters that together select the rows whose column has one of these ids; none for no ids. */
export function idFilters(column: string, ids: readonly string[]): readonly string[] {
  const filters: string[] = []
  for (let at = 0; at < ids.length; at += idsInOneFilter) {
    const some = ids.slice(at, at + idsInOneFilter).map((id) => `${column} eq ${id}`)
    filters.push(encodeURIComponent(`(${some.join(' or ')})`))
  }
  return filters
}
