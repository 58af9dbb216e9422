import type { Hand } from './dataverse.ts'

/** Makes a text column, as a maker does in the solution. */
export async function addColumn(hand: Hand, solution: string, column: { readonly table: string; readonly name: string }): Promise<void> {
  await hand.do({
    method: 'POST',
    path: `EntityDefinitions(LogicalName='${column.table}')/Attributes`,
    headers: { 'MSCRM.SolutionUniqueName': solution },
    body: {
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      SchemaName: column.name,
      DisplayName: label(column.name),
      MaxLength: 100,
      FormatName: { Value: 'Text' },
    },
  })
}

export async function removeColumn(hand: Hand, { table, name }: { readonly table: string; readonly name: string }): Promise<void> {
  await hand.do({ method: 'DELETE', path: `EntityDefinitions(LogicalName='${table}')/Attributes(LogicalName='${name.toLowerCase()}')` })
}

/** Changes what a view is called, by hand. */
export async function renameView(hand: Hand, view: { readonly table: string; readonly id: string }, name: string): Promise<void> {
  await hand.do({ method: 'PATCH', path: `savedqueries(${view.id})`, body: { name } })
  await publish(hand, view.table)
}

export async function publish(hand: Hand, table: string): Promise<void> {
  const ParameterXml = `<importexportxml><entities><entity>${table}</entity></entities></importexportxml>`
  await hand.do({ method: 'POST', path: 'PublishXml', body: { ParameterXml } })
}

/** Makes rows one after the other; gives their ids. */
export async function addRows(hand: Hand, set: string, rows: readonly Record<string, unknown>[]): Promise<string[]> {
  const ids: string[] = []
  for (const body of rows) ids.push((await hand.do({ method: 'POST', path: set, body })).id ?? '')
  return ids
}

function label(text: string) {
  return {
    '@odata.type': 'Microsoft.Dynamics.CRM.Label',
    LocalizedLabels: [{ '@odata.type': 'Microsoft.Dynamics.CRM.LocalizedLabel', Label: text, LanguageCode: 1033 }],
  }
}
