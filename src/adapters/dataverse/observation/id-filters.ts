/** Values in one filter: the service takes 500 conditions in a query, and addresses of 32 KB. */
const valuesInOneFilter = 80

/** Encoded filters that together select the rows whose column has one of these ids; none for no ids. */
export function idFilters(column: string, ids: readonly string[]): readonly string[] {
  return filtersOf(ids.map((id) => `${column} eq ${id}`))
}

/** The same for a column of texts. */
export function textFilters(column: string, texts: readonly string[]): readonly string[] {
  return filtersOf(texts.map((text) => `${column} eq '${text.replaceAll("'", "''")}'`))
}

function filtersOf(conditions: readonly string[]): readonly string[] {
  const filters: string[] = []
  for (let at = 0; at < conditions.length; at += valuesInOneFilter) {
    filters.push(encodeURIComponent(`(${conditions.slice(at, at + valuesInOneFilter).join(' or ')})`))
  }
  return filters
}
