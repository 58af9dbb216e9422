import type { Reason } from '#domain/kernel'
import type { ConfigurationPackage, ConfigurationTable } from './configuration-package.ts'
import { carriedColumns, isOfItsEnvironment, isReferenceValue, referenceKey, sortOf } from './configuration-package.ts'

export interface ConfigurationFindings {
  /** What keeps the package from being used. */
  readonly problems: readonly Reason[]
  /** What of it will not be brought. */
  readonly notes: readonly Reason[]
}

/**
 * Tables that must not be carried as rows: what they hold is a component, which comes with a solution and its checks, or it is people, roles and
 * what they may do, which a stage declares [release-facts 1.4 for roles and calendars; the others by what the platform's own tables are for].
 */
const notAsRows = new Set([
  ...['role', 'roleprivileges', 'privilege', 'systemuser', 'team', 'businessunit', 'organization', 'position', 'calendar', 'mailbox'],
  ...['teammembership', 'teamroles', 'teamprofiles', 'systemuserroles', 'systemuserprofiles', 'usersettings', 'applicationuser'],
  ...['fieldsecurityprofile', 'fieldpermission', 'principalobjectaccess', 'principalobjectattributeaccess'],
  ...['solution', 'solutioncomponent', 'publisher', 'entity', 'attribute', 'relationship', 'optionset', 'entitykey', 'systemform'],
  ...[
    'savedquery',
    'savedqueryvisualization',
    'webresource',
    'ribboncustomization',
    'sitemap',
    'appmodule',
    'appmodulecomponent',
    'canvasapp',
  ],
  ...['workflow', 'pluginassembly', 'pluginpackage', 'plugintype', 'sdkmessage', 'sdkmessagefilter', 'sdkmessageprocessingstep'],
  ...['sdkmessageprocessingstepimage', 'sdkmessageprocessingstepsecureconfig', 'serviceendpoint', 'customapi', 'customapirequestparameter'],
  ...['customapiresponseproperty', 'connector', 'connectionreference', 'environmentvariabledefinition', 'environmentvariablevalue'],
  ...['importjob', 'asyncoperation', 'managedidentity'],
])

/** Whether a package says one thing, and says it in a way that can be carried out in any environment. */
export function checkConfigurationPackage(pack: ConfigurationPackage): ConfigurationFindings {
  return {
    problems: [
      ...repeated(
        pack.tables.map(({ name }) => name),
        (name) => ({ subject: name, message: 'The table is described twice.' }),
      ),
      ...pack.tables.flatMap(findTableProblems),
      ...findOrderProblems(pack),
      ...findDeleteProblems(pack),
    ],
    notes: pack.tables.flatMap(findNotes),
  }
}

function findTableProblems(table: ConfigurationTable): readonly Reason[] {
  const forbidden = notAsRows.has(table.name)
    ? [{ subject: table.name, message: 'Rows of this table belong to their environment and are not carried.' }]
    : []
  const joining = table.links
    .filter(({ target }) => notAsRows.has(target))
    .map(({ relationship, target }) => ({
      subject: `${table.name}.${relationship}`,
      message: `It joins rows with those of ${target}, which belong to their environment.`,
    }))
  const unknown = table.columns
    .filter((column) => sortOf(column) === undefined)
    .map((column) => ({ subject: `${table.name}.${column.name}`, message: `Its type "${column.type}" is not known.` }))
  const described = new Set(table.columns.map(({ name }) => name))
  const joined = new Set(table.links.map(({ relationship }) => relationship))
  return [
    ...forbidden,
    ...joining,
    ...unknown,
    ...repeated(
      table.rows.map(({ id }) => id),
      (id) => ({ subject: `${table.name} ${id}`, message: 'The row is there twice.' }),
    ),
    ...table.rows.flatMap((row) => [
      ...Object.keys(row.values)
        .filter((name) => !described.has(name))
        .map((name) => ({ subject: `${table.name} ${row.id}`, message: `The schema does not describe its column ${name}.` })),
      ...Object.keys(row.links)
        .filter((name) => !joined.has(name))
        .map((name) => ({ subject: `${table.name} ${row.id}`, message: `The schema does not describe the relationship ${name}.` })),
    ]),
  ]
}

function findOrderProblems({ tables, importOrder }: ConfigurationPackage): readonly Reason[] {
  const names = new Set(tables.map(({ name }) => name))
  return importOrder
    .filter((name) => !names.has(name))
    .map((name) => ({ subject: name, message: 'The order of import names it, and no table is described so.' }))
}

function findDeleteProblems({ tables, deletes }: ConfigurationPackage): readonly Reason[] {
  const described = new Set(tables.map(({ name }) => name))
  const held = new Set(tables.flatMap((table) => table.rows.map(({ id }) => referenceKey({ table: table.name, id }))))
  const gone = new Set(deletes.map(referenceKey))
  const pointing = tables.flatMap((table) =>
    table.rows.flatMap((row) =>
      carriedColumns(table).flatMap(({ name }) => {
        const value = row.values[name]
        return isReferenceValue(value) && gone.has(referenceKey(value))
          ? [{ subject: `${table.name} ${row.id}`, message: `Its ${name} points to ${referenceKey(value)}, which is to be deleted.` }]
          : []
      }),
    ),
  )
  return [
    ...deletes
      .filter(({ table }) => !described.has(table))
      .map(({ table, id }) => ({ subject: `${table} ${id}`, message: 'It is to be deleted, and the schema does not describe its table.' })),
    ...deletes
      .filter((one) => held.has(referenceKey(one)))
      .map(({ table, id }) => ({ subject: `${table} ${id}`, message: 'It is to be brought and to be deleted.' })),
    ...pointing,
  ]
}

function findNotes(table: ConfigurationTable): readonly Reason[] {
  return table.columns.flatMap((column) => {
    const subject = `${table.name}.${column.name}`
    if (isOfItsEnvironment(column.name)) return [{ subject, message: 'An environment fills it by itself: it is not brought.' }]
    return sortOf(column) === 'elsewhere'
      ? [{ subject, message: `What a column of the type ${column.type} holds does not travel with rows: it is not brought.` }]
      : []
  })
}

function repeated(names: readonly string[], say: (name: string) => Reason): readonly Reason[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of names) (seen.has(name) ? twice : seen).add(name)
  return [...twice].map(say)
}
