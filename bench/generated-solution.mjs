/**
 * A solution of our own making: tables with many columns and views, and nothing that it needs from elsewhere. `number` tells several
 * apart: their tables and views differ.
 */
export async function generateSolution(
  { buildManifest, element, emptySkeleton, writePackage },
  { tables, columns, views, isManaged = false, number = 0 },
) {
  const suffix = number === 0 ? '' : String(number)
  const names = Array.from({ length: tables }, (_, at) => `ben_table${suffix === '' ? '' : `${suffix}x`}${at}`)
  const text = (name, value) => element(name, {}, [value])
  const labels = (list, item, label) => element(list, {}, [element(item, { description: label, languagecode: '1033' })])

  function tablePart(name) {
    const info = element('entity', { Name: name }, [
      labels('LocalizedNames', 'LocalizedName', name),
      element('attributes'),
      text('EntitySetName', `${name}s`),
      text('IsCustomizable', '1'),
    ])
    const xml = element('Entity', {}, [
      element('Name', { LocalizedName: name, OriginalName: name }, [name]),
      element('EntityInfo', {}, [info]),
    ])
    return { kind: 'Entity', key: name, displayName: name, parent: undefined, section: ['Entities'], xml, files: [] }
  }

  function columnPart(table, at) {
    const name = `ben_column${at}`
    const flags = ['ValidForUpdateApi', 'ValidForReadApi', 'ValidForCreateApi', 'IsCustomField', 'IsAuditEnabled', 'IsCustomizable']
    const xml = element('attribute', { PhysicalName: name }, [
      text('Type', 'nvarchar'),
      text('Name', name),
      text('LogicalName', name),
      text('RequiredLevel', 'none'),
      text('DisplayMask', 'ValidForAdvancedFind|ValidForForm|ValidForGrid'),
      ...flags.map((flag) => text(flag, '1')),
      text('MaxLength', '100'),
      labels('displaynames', 'displayname', `Column ${at}`),
      labels('Descriptions', 'Description', `What column ${at} of ${table} holds, said in a sentence of some length.`),
    ])
    const section = ['Entities', 'Entity', 'EntityInfo', 'entity', 'attributes']
    return { kind: 'Attribute', key: `${table}.${name}`, displayName: name, parent: `Entity:${table}`, section, xml, files: [] }
  }

  function viewPart(table, tableAt, at) {
    const id = `${String(tableAt).padStart(8, '0')}-${String(number).padStart(4, '0')}-4000-8000-${String(at).padStart(12, '0')}`
    const shown = Array.from({ length: Math.min(12, columns) }, (_, column) => element('attribute', { name: `ben_column${column}` }))
    const xml = element('savedquery', {}, [
      text('IsCustomizable', '1'),
      text('savedqueryid', `{${id}}`),
      element('fetchxml', {}, [element('fetch', { version: '1.0' }, [element('entity', { name: table }, shown)])]),
      labels('LocalizedNames', 'LocalizedName', `View ${at}`),
    ])
    const section = ['Entities', 'Entity', 'SavedQueries', 'savedqueries']
    return { kind: 'SavedQuery', key: id, displayName: `View ${at}`, parent: `Entity:${table}`, section, xml, files: [] }
  }

  const parts = names.flatMap((table, tableAt) => [
    tablePart(table),
    ...Array.from({ length: columns }, (_, at) => columnPart(table, at)),
    ...Array.from({ length: views }, (_, at) => viewPart(table, tableAt, at)),
  ])
  const manifest = buildManifest({
    uniqueName: `BenchTables${suffix}`,
    displayName: 'Bench Tables',
    version: '1.0.0.0',
    isManaged,
    publisher: { uniqueName: 'bench', displayName: 'Bench', prefix: 'ben', optionValuePrefix: 10_000 },
    rootComponents: names.map((schemaName) => ({ type: '1', id: undefined, schemaName, behavior: 0 })),
    missingDependencies: [],
  })
  return writePackage({ manifest, skeleton: emptySkeleton(), parts, otherFiles: [] })
}
