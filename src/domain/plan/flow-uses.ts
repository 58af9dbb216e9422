import type { DescribedComponent } from '#domain/difference'
import { connectorName } from '#domain/solution'

/** What a flow does that rules of data policies are about, beside the connections that it has. */
export interface FlowUses {
  /** `connector`: name in lower case; undefined where the step names a connection alone. */
  readonly operations: readonly { readonly connector: string | undefined; readonly operation: string }[]
  /** Steps over HTTP, which count as connectors that nobody has a connection to; `address`: undefined where it is made up at run time. */
  readonly http: readonly { readonly connector: string; readonly address: string | undefined }[]
}

/** Names by which data policies know steps over HTTP, by the type of the step [release-facts §4.1]. */
const virtualConnectors: Readonly<Record<string, string>> = { Http: 'Http', HttpWebhook: 'HttpWebhook', Request: 'HttpRequestReceived' }

/** Of each flow of a release, by its id in lower case. */
export function usesOfFlows(release: readonly DescribedComponent[]): Readonly<Record<string, FlowUses>> {
  const flows = release.filter(({ kind, noun }) => kind === 'Workflow' && noun === 'flow')
  return Object.fromEntries(flows.map((flow) => [flow.key.toLowerCase(), usesOfFlow(flow)]))
}

/** Read from what is described of the flow: steps of steps stand beside each other there. */
function usesOfFlow({ facts }: Pick<DescribedComponent, 'facts'>): FlowUses {
  const steps = new Map<string, Map<string, string>>()
  for (const { path, value } of facts) {
    const [, step, what] = /\/((?:action|trigger)\/[^/]+)\/(type|kind|inputs\/.+)$/.exec(path) ?? []
    if (step === undefined || what === undefined) continue
    const said = steps.get(step) ?? new Map<string, string>()
    steps.set(step, said.set(what, value))
  }
  const all = [...steps.values()]
  return {
    operations: all.flatMap((step) => {
      const operation = step.get('inputs/host/operationId')
      return operation === undefined ? [] : [{ connector: connectorName(step.get('inputs/host/apiId'))?.toLowerCase(), operation }]
    }),
    http: all.flatMap((step) => {
      const connector = isOverHttp(step) ? virtualConnectors[step.get('type') ?? ''] : undefined
      const address = step.get('inputs/uri') ?? step.get('inputs/subscribe/uri')
      return connector === undefined ? [] : [{ connector, address: address?.includes('@') === true ? undefined : address }]
    }),
  }
}

/** A trigger of this type that a button or a parent flow pulls is none over HTTP. */
function isOverHttp(step: ReadonlyMap<string, string>): boolean {
  return step.get('type') !== 'Request' || step.get('kind') === undefined || step.get('kind') === 'Http'
}
