/**
 * Name of a connector at the end of its id, as it is written there: `shared_office365` of
 * `/providers/Microsoft.PowerApps/apis/shared_office365`. Ids differ by environment in what stands in front, some files name the connector
 * alone, and an id may end in slashes. Undefined where nothing is named.
 */
export function connectorName(id: string | undefined): string | undefined {
  const name = id?.trim().replace(/\/+$/, '').split('/').at(-1)
  return name === '' ? undefined : name
}
