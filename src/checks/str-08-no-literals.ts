import type { Finding, Rule, Severity } from '#domain/check'
import type { CloudFlow, EnvironmentVariable, SolutionModel } from '#domain/solution'
import type { CheckRule } from './check-rule.ts'
import { breach } from './check-rule.ts'
import { flowPath, isFlowFile } from './flow-path.ts'
import type { Address } from './literals/addresses.ts'
import { findAddresses, findMailAddresses, isIdentifier } from './literals/addresses.ts'
import { assignsSecret, findCredentials, isSecretValue } from './literals/credentials.ts'
import type { FlowString } from './literals/flow-strings.ts'
import { readFlowStrings } from './literals/flow-strings.ts'

const rule: Rule = {
  id: 'STR-08',
  title: 'What differs between environments is an environment variable, and no credential is written down',
  severity: 'medium',
  why: 'An address, mailbox or id that is written into a definition still points to development when it runs in production; a credential in a package is read by everybody who gets the file.',
  fix: 'Put the value into an environment variable and set it per stage; keep credentials in a key vault behind a variable of type Secret, and change a credential that has been exported.',
  source: 'Microsoft Learn: environment variables; SCALE-OPS automation',
}

export const noLiterals: CheckRule = { rule, evaluate }

function evaluate(model: SolutionModel): readonly Finding[] {
  return [
    ...model.flows.flatMap((flow) => judgeFlow(model, flow)),
    ...model.texts.flatMap((text) => judgeText(text)),
    ...model.environmentVariables.flatMap((variable) => judgeVariable(variable)),
  ]
}

/** One finding for each different literal of a flow, at its first place. */
function judgeFlow(model: SolutionModel, flow: CloudFlow): Finding[] {
  const path = flowPath(model, flow)
  const found = new Map<string, Finding>()
  for (const string of readFlowStrings(flow.definition)) {
    for (const { what, severity } of judgeString(string)) {
      if (found.has(what)) continue
      const message = `The flow "${flow.name}" has ${what} written into it, at ${readablePlace(string)}.`
      found.set(what, breach(rule, { subject: flow.name, path, severity, message }))
    }
  }
  return [...found.values()]
}

interface Literal {
  readonly what: string
  readonly severity: Severity
}

function judgeString(string: FlowString): Literal[] {
  const { key, text, place } = string
  const credentials = findCredentials(text)
  if (credentials.length > 0) return credentials.map((what) => ({ what, severity: 'critical' }))
  if (isSecretValue(key, text)) return [{ what: `a secret in clear ("${key}")`, severity: 'critical' }]
  if (isIdentifier(text)) return [{ what: `the id "${text}"`, severity: place.includes('parameters') ? 'medium' : 'low' }]
  return [
    ...findAddresses(text).map((address) => ({ what: describeAddress(address), severity: severityOf(address, key) })),
    ...findMailAddresses(text).map((mail): Literal => ({ what: `the e-mail address "${mail}"`, severity: 'medium' })),
  ]
}

function describeAddress({ kind, text }: Address): string {
  if (kind === 'environment') return `the address of one environment ("${text}")`
  return kind === 'tenant' ? `an address of one organisation ("${text}")` : `the address "${text}"`
}

/** A link inside a text to be read is milder than the address that an action calls. */
function severityOf(address: Address, key: string): Severity {
  if (address.kind !== 'service') return 'high'
  return /^(?:uri|url|endpoint|baseurl|dataset|organization|site)$/i.test(key) ? 'medium' : 'low'
}

function readablePlace(string: FlowString): string {
  const from = string.place.findIndex((key) => key === 'actions' || key === 'triggers')
  return string.place.slice(Math.max(from, 0)).join('/')
}

/** Flows are read as data above; the manifest names its publisher's web site by design; bundles of code components are other people's. */
function judgeText(file: { readonly path: string; readonly text: string }): Finding[] {
  const { path, text } = file
  if (isFlowFile(path) || path === 'solution.xml' || path === '[Content_Types].xml') return []
  const credentials = findCredentials(text).map((what) =>
    breach(rule, { subject: path, path, severity: 'critical', message: `"${path}" holds ${what}.` }),
  )
  if (credentials.length > 0) return credentials
  const isBundle = /^controls\//i.test(path) || /\.min\.|jquery/i.test(path)
  const secrets =
    !isBundle && assignsSecret(text)
      ? [breach(rule, { subject: path, path, severity: 'high', message: `"${path}" assigns what looks like a password or key.` })]
      : []
  return [...secrets, ...judgeAddresses(path, text)]
}

/** Only addresses that name an environment or an organisation: code and pages link to public places all the time. */
function judgeAddresses(path: string, text: string): Finding[] {
  if (/^environmentvariabledefinitions\//i.test(path)) return []
  const addresses = findAddresses(text).filter(({ kind }) => kind !== 'service')
  return [...new Set(addresses.map(describeAddress))].map((what) =>
    breach(rule, { subject: path, path, severity: 'medium', message: `"${path}" has ${what} written into it.` }),
  )
}

function judgeVariable(variable: EnvironmentVariable): Finding[] {
  const { schemaName, type, defaultValue } = variable
  const path = `environmentvariabledefinitions/${schemaName}/environmentvariabledefinition.xml`
  if (defaultValue === undefined || defaultValue === '') return []
  if (type === 'secret' && !defaultValue.startsWith('/subscriptions/')) {
    const message = `The secret variable "${schemaName}" has its secret as default value, instead of the place of a key vault.`
    return [breach(rule, { subject: schemaName, path, severity: 'critical', message })]
  }
  const credentials = findCredentials(defaultValue)
  if (credentials.length > 0) {
    return credentials.map((what) =>
      breach(rule, {
        subject: schemaName,
        path,
        severity: 'critical',
        message: `The default value of the variable "${schemaName}" holds ${what}.`,
      }),
    )
  }
  const fixed = findAddresses(defaultValue).find(({ kind }) => kind !== 'service')
  if (fixed === undefined) return []
  const message = `The default value of the variable "${schemaName}" is ${describeAddress(fixed)}: a stage without a value of its own would use it.`
  return [breach(rule, { subject: schemaName, path, message })]
}
