import { closeSync, openSync, writeSync } from 'node:fs'
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib'

/**
 * Writes the zip of a solution of our own making, of the shape that large real ones have: mostly tables, each with columns, forms, views,
 * a chart, a ribbon and relationships; choices, web resources and flows beside them. At scale 1 it has about 30 MB of XML and 4,500
 * source files, and both grow with the scale. The same scale gives the same bytes, and memory stays that of one table.
 */
export async function writeGeneratedSolution(path, scale) {
  const tables = Math.max(1, Math.round(320 * scale))
  const zip = openSync(path, 'w')
  try {
    const directory = []
    let at = 0
    const add = (name, packed) => {
      directory.push({ name, ...packed, at })
      at += packed.length
    }
    add('customizations.xml', await writeStreamed(zip, 'customizations.xml', customizationsOf(tables)))
    for (const [name, text] of filesOf(tables)) add(name, writeWhole(zip, name, Buffer.from(text), at))
    const records = Buffer.concat(directory.map(centralRecord))
    writeSync(zip, records, 0, records.length, at)
    const end = endRecords(directory.length, records.length, at)
    writeSync(zip, end, 0, end.length, at + records.length)
  } finally {
    closeSync(zip)
  }
}

const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const tableName = (at) => `ben_Table${at}`
const flowName = (at) => `Workflows/Flow${at}-${guid(at, 7).toUpperCase()}.json`
const scriptName = (at) => `WebResources/ben_scriptstable${at}js${guid(at, 8).toUpperCase()}`
const every = (step, count) => Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step)

/** The document, a table or so at a time. */
function* customizationsOf(tables) {
  yield `<ImportExportXml ${xsi} OrganizationVersion="9.2.24105.183" OrganizationSchemaType="Standard">\r\n  <Entities>\r\n`
  for (let at = 0; at < tables; at++) yield lines(4, tableXml(at))
  yield '  </Entities>\r\n  <Roles />\r\n  <Workflows>\r\n'
  for (const at of every(20, tables)) yield lines(4, workflowXml(at))
  yield '  </Workflows>\r\n  <FieldSecurityProfiles />\r\n  <Templates />\r\n  <EntityMaps />\r\n  <EntityRelationships>\r\n'
  for (let at = 0; at < tables; at++) for (let n = 0; n < 5; n++) yield lines(4, relationshipXml(at, n, tables))
  yield '  </EntityRelationships>\r\n  <OrganizationSettings />\r\n  <optionsets>\r\n'
  for (const at of every(4, tables)) yield lines(4, choiceXml(at))
  yield '  </optionsets>\r\n  <WebResources>\r\n'
  for (const at of every(3, tables)) yield lines(4, webResourceXml(at))
  yield '  </WebResources>\r\n  <CustomControls />\r\n  <EntityDataProviders />\r\n  <Languages>\r\n    <Language>1033</Language>\r\n  </Languages>\r\n</ImportExportXml>'
}

function* filesOf(tables) {
  yield ['solution.xml', manifestXml(tables)]
  for (const at of every(20, tables)) yield [flowName(at), flowJson(at)]
  for (const at of every(3, tables)) yield [scriptName(at), scriptText(at)]
  yield ['[Content_Types].xml', contentTypes]
}

function tableXml(at) {
  const name = tableName(at)
  const columns = Array.from({ length: 36 }, (_, n) => columnXml(at, n)).join('\n')
  const views = Array.from({ length: 7 }, (_, n) => viewXml(at, n)).join('\n')
  const forms = ['main', 'quick', 'card'].map((type, n) => `<forms type="${type}">\n${formXml(at, n)}\n</forms>`).join('\n')
  return `<Entity>
<Name LocalizedName="Table ${at}" OriginalName="Table ${at}">${name}</Name>
<ObjectTypeCode>${10_000 + at}</ObjectTypeCode>
<EntityInfo>
<entity Name="${name}">
${labels(`Table ${at}`)}
<attributes>
${columns}
</attributes>
<EntitySetName>${name.toLowerCase()}s</EntitySetName>
<IsCustomizable>1</IsCustomizable>
</entity>
</EntityInfo>
<FormXml>
${forms}
</FormXml>
<SavedQueries>
<savedqueries>
${views}
</savedqueries>
</SavedQueries>
<RibbonDiffXml>
<CustomActions />
<Templates>
<RibbonTemplates Id="Mscrm.Templates"></RibbonTemplates>
</Templates>
<CommandDefinitions />
<RuleDefinitions>
<TabDisplayRules />
<DisplayRules />
<EnableRules />
</RuleDefinitions>
<LocLabels />
</RibbonDiffXml>
</Entity>`
}

function columnXml(table, n) {
  const name = `ben_Column${n}`
  const flags = [
    'ValidForUpdateApi',
    'ValidForReadApi',
    'ValidForCreateApi',
    'IsCustomField',
    'IsAuditEnabled',
    'IsSecured',
    'IsCustomizable',
    'IsRenameable',
  ]
  const rest = [
    'CanModifySearchSettings',
    'CanModifyRequirementLevelSettings',
    'CanModifyAdditionalSettings',
    'IsSortableEnabled',
    'IsGlobalFilterEnabled',
  ]
  return `<attribute PhysicalName="${name}">
<Type>nvarchar</Type>
<Name>${name.toLowerCase()}</Name>
<LogicalName>${name.toLowerCase()}</LogicalName>
<RequiredLevel>none</RequiredLevel>
<DisplayMask>ValidForAdvancedFind|ValidForForm|ValidForGrid</DisplayMask>
<ImeMode>auto</ImeMode>
${[...flags, ...rest].map((flag) => `<${flag}>${(table + n) % 2}</${flag}>`).join('\n')}
<SourceType>0</SourceType>
<Format>text</Format>
<MaxLength>${100 + n}</MaxLength>
<Length>${200 + n}</Length>
<displaynames>
<displayname description="${sentence(table * 64 + n, 3)}" languagecode="1033" />
</displaynames>
<Descriptions>
<Description description="${sentence(table * 64 + n + 7, 14)}" languagecode="1033" />
</Descriptions>
</attribute>`
}

function formXml(table, n) {
  const rows = Array.from({ length: 6 }, (_, at) => {
    const cell = `<cell id="{${guid(table, n * 16 + at)}}" showlabel="true" locklevel="0">`
    const control = `<control id="ben_column${at}" classid="{${guid(at, 99)}}" datafieldname="ben_column${at}" disabled="false" />`
    return `<row>\n${cell}\n<labels>\n<label description="${sentence(table + at, 3)}" languagecode="1033" />\n</labels>\n${control}\n</cell>\n</row>`
  })
  return `<systemform>
<formid>{${guid(table, 1000 + n)}}</formid>
<IntroducedVersion>1.0.0.0</IntroducedVersion>
<FormPresentation>1</FormPresentation>
<form>
<tabs>
<tab verticallayout="true" id="{${guid(table, 2000 + n)}}" IsUserDefined="1">
<columns>
<column width="100%">
<sections>
<section showlabel="false" showbar="false" id="{${guid(table, 3000 + n)}}" IsUserDefined="0">
<rows>
${rows.join('\n')}
</rows>
</section>
</sections>
</column>
</columns>
</tab>
</tabs>
</form>
${labels(`Form ${n} of table ${table}`)}
</systemform>`
}

function viewXml(table, n) {
  const shown = Array.from({ length: 6 }, (_, at) => (at * 5 + n) % 36)
  return `<savedquery>
<IsCustomizable>1</IsCustomizable>
<CanBeDeleted>1</CanBeDeleted>
<isquickfindquery>0</isquickfindquery>
<isdefault>${Number(n === 0)}</isdefault>
<savedqueryid>{${guid(table, 4000 + n)}}</savedqueryid>
<layoutxml>
<grid name="resultset" jump="ben_name" select="1" preview="1" icon="1">
<row name="result" id="ben_table${table}id">
${shown.map((column) => `<cell name="ben_column${column}" width="${100 + column}" />`).join('\n')}
</row>
</grid>
</layoutxml>
<querytype>${n === 0 ? 0 : 64}</querytype>
<fetchxml>
<fetch version="1.0" output-format="xml-platform" mapping="logical">
<entity name="ben_table${table}">
${shown.map((column) => `<attribute name="ben_column${column}" />`).join('\n')}
<filter type="and">
<condition attribute="statecode" operator="eq" value="0" />
</filter>
</entity>
</fetch>
</fetchxml>
${labels(sentence(table * 8 + n, 4))}
</savedquery>`
}

function relationshipXml(table, n, tables) {
  const other = tableName((table * 7 + n * 13 + 1) % tables)
  const roles = [0, 1].map(
    (role) => `<EntityRelationshipRole>
<NavPaneDisplayOption>UseCollectionName</NavPaneDisplayOption>
<NavPaneArea>Details</NavPaneArea>
<NavPaneOrder>${10_000 + n}</NavPaneOrder>
<NavigationPropertyName>ben_table${table}_${n}_${role}</NavigationPropertyName>
<RelationshipRoleType>${role}</RelationshipRoleType>
</EntityRelationshipRole>`,
  )
  return `<EntityRelationship Name="ben_table${table}_${n}">
<EntityRelationshipType>OneToMany</EntityRelationshipType>
<IsCustomizable>1</IsCustomizable>
<IntroducedVersion>1.0.0.0</IntroducedVersion>
<IsHierarchical>0</IsHierarchical>
<ReferencingEntityName>${tableName(table)}</ReferencingEntityName>
<ReferencedEntityName>${other}</ReferencedEntityName>
<CascadeAssign>NoCascade</CascadeAssign>
<CascadeDelete>RemoveLink</CascadeDelete>
<CascadeReparent>NoCascade</CascadeReparent>
<CascadeShare>NoCascade</CascadeShare>
<CascadeUnshare>NoCascade</CascadeUnshare>
<ReferencingAttributeName>ben_Column${n}</ReferencingAttributeName>
<RelationshipDescription>
<Descriptions>
<Description description="${sentence(table * 5 + n, 10)}" languagecode="1033" />
</Descriptions>
</RelationshipDescription>
<EntityRelationshipRoles>
${roles.join('\n')}
</EntityRelationshipRoles>
</EntityRelationship>`
}

function choiceXml(at) {
  const options = Array.from(
    { length: 12 },
    (_, n) => `<option value="${100_000_000 + n}">
<labels>
<label description="${sentence(at + n, 2)}" languagecode="1033" />
</labels>
</option>`,
  )
  return `<optionset Name="ben_choice${at}" localizedName="Choice ${at}">
<OptionSetType>picklist</OptionSetType>
<IsGlobal>1</IsGlobal>
<IsCustomizable>1</IsCustomizable>
<displaynames>
<displayname description="Choice ${at}" languagecode="1033" />
</displaynames>
<options>
${options.join('\n')}
</options>
</optionset>`
}

function webResourceXml(at) {
  return `<WebResource>
<WebResourceId>{${guid(at, 8)}}</WebResourceId>
<Name>ben_/scripts/table${at}.js</Name>
<DisplayName>Script of table ${at}</DisplayName>
<WebResourceType>3</WebResourceType>
<IntroducedVersion>1.0.0.0</IntroducedVersion>
<IsCustomizable>1</IsCustomizable>
<FileName>/${scriptName(at)}</FileName>
</WebResource>`
}

function workflowXml(at) {
  return `<Workflow WorkflowId="{${guid(at, 7)}}" Name="Flow ${at}">
<JsonFileName>/${flowName(at)}</JsonFileName>
<Type>1</Type>
<Subprocess>0</Subprocess>
<Category>5</Category>
<Mode>0</Mode>
<Scope>4</Scope>
<StateCode>1</StateCode>
<StatusCode>2</StatusCode>
<IntroducedVersion>1.0.0.0</IntroducedVersion>
<PrimaryEntity>none</PrimaryEntity>
${labels(`Flow ${at}`)}
</Workflow>`
}

function flowJson(at) {
  const actions = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`Compose_${n}`, { type: 'Compose', inputs: sentence(at + n, 12), runAfter: {} }]),
  )
  const definition = { triggers: { Daily: { type: 'Recurrence', recurrence: { frequency: 'Day', interval: 1 } } }, actions }
  return JSON.stringify({ properties: { connectionReferences: {}, definition }, schemaVersion: '1.0.0.0' }, undefined, 2)
}

function scriptText(at) {
  return Array.from(
    { length: 120 },
    (_, n) => `function step${n}(context) { return context.text === '${sentence(at * 120 + n, 6)}' }`,
  ).join('\r\n')
}

function manifestXml(tables) {
  const root = (type, name) => `<RootComponent type="${type}" ${name} behavior="0" />`
  const roots = [
    ...Array.from({ length: tables }, (_, at) => root(1, `schemaName="${tableName(at).toLowerCase()}"`)),
    ...every(4, tables).map((at) => root(9, `schemaName="ben_choice${at}"`)),
    ...every(20, tables).map((at) => root(29, `id="{${guid(at, 7)}}"`)),
    ...every(3, tables).map((at) => root(61, `schemaName="ben_/scripts/table${at}.js"`)),
  ]
  return lines(
    0,
    `<ImportExportXml version="9.2.24105.183" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive" ${xsi}>
<SolutionManifest>
<UniqueName>BenchTables</UniqueName>
${labels('Bench Tables')}
<Descriptions />
<Version>1.0.0.0</Version>
<Managed>0</Managed>
<Publisher>
<UniqueName>bench</UniqueName>
${labels('Bench')}
<CustomizationPrefix>ben</CustomizationPrefix>
<CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix>
</Publisher>
<RootComponents>
${roots.join('\n')}
</RootComponents>
<MissingDependencies />
</SolutionManifest>
</ImportExportXml>`,
  )
}

const contentTypes = `\ufeff<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /><Default Extension="json" ContentType="application/octet-stream" /></Types>`

function labels(text) {
  return `<LocalizedNames>\n<LocalizedName description="${text}" languagecode="1033" />\n</LocalizedNames>`
}

/** Indented as the platform does it, by two spaces a level, with its line ends. */
function lines(indent, xml) {
  let depth = 0
  const indented = xml.split('\n').map((line) => {
    if (line.startsWith('</')) depth--
    const text = ' '.repeat(indent + 2 * depth) + line
    if (/^<[^/][^>]*[^/]>$/.test(line)) depth++
    return text
  })
  return `${indented.join('\r\n')}\r\n`
}

const words =
  'the of a permit case file owner date status record when what which holds shows table column form value number clerk office visit patient order region amount reason note person place item group first last open closed due paid sent'.split(
    ' ',
  )

/** Words that look picked at random and are the same every time. */
function sentence(seed, length) {
  let state = (seed + 1) * 2_654_435_761
  return Array.from({ length }, () => {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) >>> 0
    return words[state % words.length]
  }).join(' ')
}

function guid(a, b) {
  const part = (seed) => (Math.imul(seed + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  const [one, two, three] = [part(a * 8192 + b), part(a * 31 + b * 131_071), part(b * 127 + a)]
  return `${one}-${two.slice(0, 4)}-4${two.slice(4, 7)}-8${three.slice(0, 3)}-${three.slice(3)}${part(a ^ (b << 16)).slice(1)}`
}

/** Deflates text as it comes, and goes back to fill in the header; only for the first entry. */
async function writeStreamed(zip, name, texts) {
  let at = 30 + name.length
  let checksum = 0
  let unpacked = 0
  const deflate = createDeflateRaw({ level: 6 })
  const writing = (async () => {
    for await (const chunk of deflate) at += writeSync(zip, chunk, 0, chunk.length, at)
  })()
  for (const text of texts) {
    const bytes = Buffer.from(text)
    checksum = crc32(bytes, checksum)
    unpacked += bytes.length
    if (!deflate.write(bytes)) await new Promise((resolve) => deflate.once('drain', resolve))
  }
  deflate.end()
  await writing
  const sizes = { crc: checksum, packed: at - 30 - name.length, unpacked }
  const header = localHeader(name, sizes)
  writeSync(zip, header, 0, header.length, 0)
  return { ...sizes, length: at }
}

function writeWhole(zip, name, bytes, at) {
  const data = deflateRawSync(bytes, { level: 6 })
  const sizes = { crc: crc32(bytes), packed: data.length, unpacked: bytes.length }
  const entry = Buffer.concat([localHeader(name, sizes), data])
  writeSync(zip, entry, 0, entry.length, at)
  return { ...sizes, length: entry.length }
}

function localHeader(name, sizes) {
  const head = Buffer.alloc(30 + name.length)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(20, 4)
  writeShared(head, 6, { name, ...sizes })
  head.write(name, 30)
  return head
}

function centralRecord({ name, at, ...sizes }) {
  const record = Buffer.alloc(46 + name.length)
  record.writeUInt32LE(0x02014b50, 0)
  record.writeUInt16LE(20, 4)
  record.writeUInt16LE(20, 6)
  writeShared(record, 8, { name, ...sizes })
  record.writeUInt32LE(at, 42)
  record.write(name, 46)
  return record
}

function writeShared(head, at, { name, crc, packed, unpacked }) {
  head.writeUInt16LE(8, at + 2)
  head.writeUInt16LE(0x21, at + 6)
  head.writeUInt32LE(crc, at + 8)
  head.writeUInt32LE(packed, at + 12)
  head.writeUInt32LE(unpacked, at + 16)
  head.writeUInt16LE(name.length, at + 20)
}

/** Our zips stay below the 65,535 entries and 4 GiB from which on zip64 is needed. */
function endRecords(entries, size, offset) {
  if (entries > 65_534) throw new Error(`${entries} entries need zip64, which the generator does not write.`)
  const record = Buffer.alloc(22)
  record.writeUInt32LE(0x06054b50, 0)
  record.writeUInt16LE(entries, 8)
  record.writeUInt16LE(entries, 10)
  record.writeUInt32LE(size, 12)
  record.writeUInt32LE(offset, 16)
  return record
}
