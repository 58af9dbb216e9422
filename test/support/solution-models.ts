import type { Finding } from '#domain/check'
import type { Digest, Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CloudFlow, EnvironmentVariable, MissingDependency, SolutionModel } from '#domain/solution'
import type { CheckContext, CheckRule } from '../../src/checks/check-rule.ts'

/** A small, clean solution; tests change what they are about. */
export function makeModel(
  changes: Omit<Partial<SolutionModel>, 'manifest'> & { readonly manifest?: Partial<SolutionModel['manifest']> } = {},
): SolutionModel {
  const { manifest, ...rest } = changes
  return {
    components: [{ kind: 'Entity', key: 'contoso_permit', displayName: 'Permit', parent: undefined }],
    flows: [],
    connectionReferences: [],
    environmentVariables: [],
    texts: [],
    ...rest,
    manifest: {
      uniqueName: 'Permits',
      displayName: 'Permits',
      version: makeVersion('1.2.0.0'),
      isManaged: false,
      publisher: { uniqueName: 'contoso', displayName: 'Contoso', prefix: 'contoso', optionValuePrefix: 72700 },
      patchOf: undefined,
      platformVersion: undefined,
      rootComponents: [{ type: '1', kind: 'Entity', id: undefined, schemaName: 'contoso_permit', behavior: 0 }],
      missingDependencies: [],
      ...manifest,
    },
  }
}

export function makeFlow(changes: Partial<CloudFlow> = {}): CloudFlow {
  return {
    id: '11111111-2222-3333-4444-555555555555',
    name: 'Send reminder',
    isOn: true,
    connectionReferences: [],
    embeddedConnections: [],
    childFlows: [],
    definition: { properties: { definition: { actions: {} } } },
    ...changes,
  }
}

/** A flow with one action whose inputs are given. */
export function makeFlowWith(inputs: unknown): CloudFlow {
  return makeFlow({ definition: { properties: { definition: { actions: { Act: { type: 'Http', inputs } } } } } })
}

export function makeVariable(changes: Partial<EnvironmentVariable> = {}): EnvironmentVariable {
  return {
    schemaName: 'contoso_Mailbox',
    displayName: 'Mailbox',
    type: 'string',
    defaultValue: undefined,
    isRequired: true,
    packagedValue: undefined,
    ...changes,
  }
}

export function makeNeed(solution: string, version: string | undefined, schemaName: string): MissingDependency {
  const end = { type: '1', kind: 'Entity', displayName: undefined, id: undefined, parentSchemaName: undefined }
  return {
    required: { ...end, schemaName, solution, minimumVersion: version === undefined ? undefined : makeVersion(version) },
    dependent: { ...end, schemaName: 'contoso_permit' },
  }
}

export function makeVersion(text: string): Version {
  // Test data is written well-formed.
  return text as Version
}

export function makeDigest(letter: string): Digest {
  return toId(`sha256:${letter.repeat(64)}`)
}

/** Findings in short: severity and message. */
export function judge(rule: CheckRule, model: SolutionModel, context: Partial<CheckContext> = {}): readonly Finding[] {
  return rule.evaluate(model, { tier: 2, ...context })
}

export function severitiesOf(findings: readonly Finding[]): string[] {
  return findings.map((finding) => finding.severity)
}
