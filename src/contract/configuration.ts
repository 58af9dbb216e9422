import { z } from 'zod'
import type { Environment, SecretRef } from '#domain/environment'
import type { EnvironmentId, Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { Configuration, SignInSettings, SourceHost } from '#domain/pipeline'
import type { Conditions } from '#domain/policy'
import { readPolicyChanges, shippedPolicy, writePolicyChanges } from '#domain/policy'
import type { SettingValue } from '#domain/settings'
import { configurationDefaults } from './settings/defaults.ts'
import { configurationFileSchema, type ConfigurationFile } from './configuration-file.ts'
import { toDirectory, writeGrants } from './configured-people.ts'
import { locateIn, parseYaml } from './configuration-source.ts'
import { findBrokenReferences } from './configuration-references.ts'
import { describeIssues } from './configuration-issues.ts'
import { toNotifications, writeNotifications } from './notification-settings.ts'
import type { WrittenSecret } from './secret-reference.ts'
import { readSecret, writeSecret } from './secret-reference.ts'

/**
 * Reads the text of a drover.yaml. Every breach is a reason: its subject is the path, its message begins with line and column. Without
 * `checkCondition` the conditions of demands are taken as they stand: one that cannot be evaluated holds.
 */
export function parseConfiguration(text: string, checkCondition?: Conditions['check']): Result<Configuration> {
  const yaml = parseYaml(text)
  if (!yaml.ok) return yaml
  const parsed = configurationFileSchema.safeParse(yaml.value.data)
  const breaches = parsed.success ? findBrokenReferences(parsed.data, checkCondition) : describeIssues(parsed.error, yaml.value.data)
  if (parsed.success && breaches.length === 0) return accept(toConfiguration(parsed.data))
  const placed = breaches
    .map((breach) => ({ ...breach, place: locateIn(yaml.value, breach) }))
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
  return refuse(
    'configuration.invalid',
    `The configuration does not hold: ${placed.length} ${placed.length === 1 ? 'thing is' : 'things are'} wrong.`,
    'Correct the named lines; `drover config schema` prints the JSON Schema for editors.',
    placed.map(({ path, message, place }) => ({
      subject: pathText(path),
      message: `line ${place.line}, column ${place.column}: ${message}`,
    })),
  )
}

/** The same for a proposal that arrives as data: reasons name paths only. */
export function checkConfigurationFile(file: ConfigurationFile, checkCondition?: Conditions['check']): Result<Configuration> {
  const breaches = findBrokenReferences(file, checkCondition)
  if (breaches.length === 0) return accept(toConfiguration(file))
  return refuse(
    'configuration.invalid',
    `The configuration does not hold: ${breaches.length} ${breaches.length === 1 ? 'thing is' : 'things are'} wrong.`,
    'Correct the named places.',
    breaches.map((breach) => ({ subject: pathText(breach.path), message: breach.message })),
  )
}

/** JSON Schema (2020-12) of drover.yaml, for editors and for docs/reference. */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(configurationFileSchema, { io: 'input', target: 'draft-2020-12' })
}

/** A configuration as a file would say it; parsing that gives the same configuration. */
export function toConfigurationFile(configuration: Configuration): ConfigurationFile {
  const { policy, environments, solutions, grants, signIn, sourceHosts, notifications, ...rest } = configuration
  return configurationFileSchema.parse({
    ...rest,
    ...(signIn === undefined ? {} : { signIn: { ...signIn, ...written(signIn.clientSecret) } }),
    ...(grants === undefined ? {} : { grants: writeGrants(grants) }),
    ...(notifications === undefined ? {} : { notifications: writeNotifications(notifications) }),
    ...(sourceHosts === undefined ? {} : { sourceHosts: sourceHosts.map(writeHost) }),
    environments: environments.map((environment) => ({
      ...environment,
      ...mapCredentials(environment, (each) => ({ ...each, clientSecret: writeSecret(each.clientSecret) })),
    })),
    solutions: solutions.map((solution) => ({ ...solution, settings: mapSettings(solution.settings, writeValue) })),
    ...(policy === undefined ? {} : { policy: writePolicyChanges(policy) }),
  })
}

function toConfiguration(file: ConfigurationFile): Configuration {
  const { policy, environments, people, groups, grants, pipelines, solutions, signIn, sourceHosts, notifications, ...rest } = file
  return {
    ...rest,
    ...(signIn === undefined ? {} : { signIn: toSignIn(signIn) }),
    ...(sourceHosts === undefined ? {} : { sourceHosts: sourceHosts.map(toHost) }),
    ...(notifications === undefined ? {} : { notifications: toNotifications(notifications) }),
    people: people.map((person) => ({ ...person, id: toId(person.id) })),
    ...toDirectory({ groups, grants }),
    environments: environments.map(toEnvironment),
    pipelines: pipelines.map((pipeline) => ({
      ...pipeline,
      id: toId(pipeline.id),
      source: toId(pipeline.source),
      stages: pipeline.stages.map((stage) => ({
        ...stage,
        id: toId(stage.id),
        environment: toId(stage.environment),
        gates: stage.gates.map((gate) => ('people' in gate ? { ...gate, people: gate.people.map((person) => toId(person)) } : gate)),
      })),
    })),
    solutions: solutions.map(({ backupOwner, ...solution }) => ({
      ...solution,
      owner: toId(solution.owner),
      ...(backupOwner === undefined ? {} : { backupOwner: toId<PersonId>(backupOwner) }),
      pipeline: toId(solution.pipeline),
      settings: mapSettings(solution.settings, readValue),
    })),
    policy: policy === undefined ? undefined : readPolicyChanges(shippedPolicy, policy).changes,
  }
}

function toSignIn({ issuer, clientSecret, address, ...rest }: NonNullable<ConfigurationFile['signIn']>): SignInSettings {
  return {
    ...rest,
    issuer,
    ...(clientSecret === undefined ? {} : { clientSecret: readSecret(clientSecret) }),
    ...(address === undefined ? {} : { address: address.replace(/\/+$/, '') }),
  }
}

function toHost({ kind, site, api, token }: NonNullable<ConfigurationFile['sourceHosts']>[number]): SourceHost {
  const plain = site.replace(/\/+$/, '')
  const usual = kind === 'azure-devops' ? plain : plain === 'https://github.com' ? 'https://api.github.com' : `${plain}/api/v3`
  return { kind, site: plain, api: (api ?? usual).replace(/\/+$/, ''), ...(token === undefined ? {} : { token: readSecret(token) }) }
}

function writeHost({ token, ...host }: SourceHost) {
  return { ...host, ...(token === undefined ? {} : { token: writeSecret(token) }) }
}

function toEnvironment({
  dataOwners,
  layerPolicy,
  administrationUrl,
  platformApiUrl,
  powerAppsUrl,
  recovers,
  endsAt,
  observer,
  administrator,
  ...environment
}: ConfigurationFile['environments'][number]): Environment {
  const url = environment.url.replace(/\/+$/, '')
  return {
    ...environment,
    ...(dataOwners === undefined ? {} : { dataOwners: dataOwners.map((person) => toId<PersonId>(person)) }),
    ...(layerPolicy === undefined ? {} : { layerPolicy }),
    ...(administrationUrl === undefined ? {} : { administrationUrl: administrationUrl.replace(/\/+$/, '') }),
    ...(platformApiUrl === undefined ? {} : { platformApiUrl: platformApiUrl.replace(/\/+$/, '') }),
    ...(powerAppsUrl === undefined ? {} : { powerAppsUrl: powerAppsUrl.replace(/\/+$/, '') }),
    ...(recovers === undefined ? {} : { recovers: toId<EnvironmentId>(recovers) }),
    ...(endsAt === undefined ? {} : { endsAt: toId<Instant>(new Date(endsAt).toISOString()) }),
    id: toId(environment.id),
    owner: toId(environment.owner),
    url,
    connectivityUrl: (environment.connectivityUrl ?? `${url}${configurationDefaults.connectivityPath}`).replace(/\/+$/, ''),
    ...mapCredentials({ ...environment, observer, administrator }, (each) => ({ ...each, clientSecret: readSecret(each.clientSecret) })),
  }
}

/** The identities of an environment in the other form; those that it has not stay away. */
function mapCredentials<From, To>(
  {
    credentials,
    observer,
    administrator,
  }: { readonly credentials: From; readonly observer?: From | undefined; readonly administrator?: From | undefined },
  convert: (credentials: From) => To,
) {
  return {
    credentials: convert(credentials),
    ...(observer === undefined ? {} : { observer: convert(observer) }),
    ...(administrator === undefined ? {} : { administrator: convert(administrator) }),
  }
}

/** The settings of every stage, with each value of an environment variable in the other form. */
function mapSettings<From, To, Rest>(
  settings: Readonly<Record<string, Rest & { readonly environmentVariables: Readonly<Record<string, From>> }>>,
  convert: (value: From) => To,
) {
  return Object.fromEntries(
    Object.entries(settings).map(([stage, { environmentVariables, ...rest }]) => [
      stage,
      {
        ...rest,
        environmentVariables: Object.fromEntries(Object.entries(environmentVariables).map(([name, value]) => [name, convert(value)])),
      },
    ]),
  )
}

function written(secret: SecretRef | undefined): { clientSecret?: WrittenSecret } {
  return secret === undefined ? {} : { clientSecret: writeSecret(secret) }
}

function readValue(value: string | { secret: WrittenSecret }): SettingValue {
  return typeof value === 'string' ? value : { secret: readSecret(value.secret) }
}

function writeValue(value: SettingValue): string | { secret: WrittenSecret } {
  return typeof value === 'string' ? value : { secret: writeSecret(value.secret) }
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'drover.yaml'
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('')
}
