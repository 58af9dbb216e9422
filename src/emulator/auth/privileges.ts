import { ODataError } from '../errors.ts'
import type { Caller } from '../operations/operation.ts'
import { guidFrom } from '../tables/virtual-tables.ts'
import type { TableNeed } from './built-in-roles.ts'
import { depthOfBuiltIn, hasGeneralPrivilege } from './built-in-roles.ts'
import type { Depth } from './privilege-set.ts'
import { greatest, least } from './privilege-set.ts'

/** What a request does: to rows of a table, or by calling a message. */
export type Access = TableNeed | { readonly verb: 'execute'; readonly operation: string }

/** Throws 403 0x80040220 when the caller's security roles do not allow it. Reads nothing: the caller knows its own rights. */
export function requirePrivilege(caller: Caller, access: Access): void {
  if (access.verb === 'execute') {
    const privilege = privilegeOfMessage(access.operation)
    if (privilege !== undefined) requireGeneralPrivilege(caller, privilege)
    return
  }
  if (depthOf(caller, access) === undefined) throw missing(caller, privilegeName(access), access.table)
}

/** Throws 403 when the caller lacks a privilege that belongs to no table, for example prvActOnBehalfOfAnotherUser. */
export function requireGeneralPrivilege(caller: Caller, privilege: string): void {
  const { rights, acting } = caller
  if (acting !== undefined) requireGeneralPrivilege(acting, privilege)
  if (rights === undefined) return
  const has = rights.builtIn.some((role) => hasGeneralPrivilege(role, privilege)) || rights.privileges.has(privilege.toLowerCase())
  if (!has) throw missing(caller, privilege, undefined)
}

/** How far the caller's roles reach for a table; undefined for not at all. The platform itself, which has no rights to look at, reaches all. */
export function depthOf(caller: Caller, need: TableNeed): Depth | undefined {
  const own = ownDepth(caller, need)
  return caller.acting === undefined ? own : least(own, ownDepth(caller.acting, need))
}

function ownDepth({ rights }: Caller, need: TableNeed): Depth | undefined {
  if (rights === undefined) return 'Global'
  const ofBuiltIn = rights.builtIn.map((role) => depthOfBuiltIn(role, need))
  return [...ofBuiltIn, rights.privileges.get(privilegeName(need).toLowerCase())].reduce(greatest, undefined)
}

const messages: readonly (readonly [RegExp, string | undefined])[] = [
  [/^(WhoAmI|RetrieveVersion|RetrieveCurrentOrganization|RetrieveProvisionedLanguages)$/, undefined],
  // The row that is shared decides.
  [/^((Grant|Modify|Revoke)Access|RetrieveSharedPrincipalsAndAccess)$/, undefined],
  [/^(Import|Stage|DeleteAndPromote|CloneAs)/, 'prvImportCustomization'],
  [/^Uninstall/, 'prvDeleteSolution'],
  [/^(Export|DownloadSolutionExportData)/, 'prvExportCustomization'],
  [/^Publish/, 'prvPublishCustomization'],
  // Named LanguageSettings in the roles of the platform; which one the message demands is unverified.
  [/^ProvisionLanguage/, 'prvWriteOrganization'],
  [/^(Add|Remove|Update)/, 'prvWriteSolution'],
]

// By rule; which privilege a message demands is not listed publicly (unverified for messages that read).
function privilegeOfMessage(operation: string): string | undefined {
  const rule = messages.find(([pattern]) => pattern.test(operation))
  return rule === undefined ? 'prvReadSolution' : rule[1]
}

const verbs = { read: 'Read', create: 'Create', write: 'Write', delete: 'Delete', assign: 'Assign', share: 'Share' } as const
const namesInPrivileges: Readonly<Record<string, string>> = {
  systemuser: 'User',
  savedquery: 'Query',
  role: 'Role',
  team: 'Team',
  businessunit: 'BusinessUnit',
  organization: 'Organization',
  solution: 'Solution',
  publisher: 'Publisher',
  workflow: 'Workflow',
  webresource: 'WebResource',
  systemform: 'SystemForm',
  appmodule: 'AppModule',
  importjob: 'ImportJob',
  asyncoperation: 'AsyncOperation',
  entity: 'Entity',
  attribute: 'Attribute',
  pluginassembly: 'PluginAssembly',
}

function privilegeName({ verb, table }: TableNeed): string {
  return `prv${verbs[verb]}${namesInPrivileges[table] ?? table}`
}

// Object type codes of system tables; those of custom tables differ between environments.
const typeCodes: Readonly<Record<string, number>> = {
  account: 1,
  contact: 2,
  systemuser: 8,
  team: 9,
  businessunit: 10,
  organization: 1019,
  systemform: 1030,
  role: 1036,
  savedquery: 1039,
  pluginassembly: 4605,
  asyncoperation: 4700,
  workflow: 4703,
  solution: 7100,
  publisher: 7101,
  importjob: 9107,
  webresource: 9333,
}
const accessModes = ['Read-Write', 'Administrative', 'Read', 'Support User', 'Non-interactive', 'Delegated Admin']

// Text: seen word for word in MicrosoftDocs/dynamics-365-customer-engagement (troubleshooting of cases) and in public forum threads.
// The ids of privileges and the codes of custom tables are this emulator's own (unverified).
function missing(caller: Caller, privilege: string, table: string | undefined): ODataError {
  const { rights } = caller
  const mode = rights?.accessMode ?? 0
  const who = `Id=${caller.userId}, type=8, roleCount=${rights?.roleCount ?? 0}, privilegeCount=${rights?.privileges.size ?? 0}, accessMode='${mode} ${accessModes[mode] ?? ''}', AADObjectId='${caller.objectId}', MetadataCachePrivilegesCount=0, businessUnitId=${rights?.businessUnitId ?? ''}`
  const code = table === undefined ? 0 : (typeCodes[table] ?? 10_000)
  const what = `${privilege} privilege (Id=${guidFrom(`privilege ${privilege.toLowerCase()}`)}) on OTC=${code} for entity '${table ?? 'none'}'`
  const text = `Principal user (${who}), is missing ${what}. context.Caller=${caller.userId}. Consider adding missed privilege to one of the principal (user/team) roles.`
  return new ODataError(403, '0x80040220', text)
}
