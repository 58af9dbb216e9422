import type { CloudFlow } from '#domain/solution'

/**
 * Steps of flows that ask an AI model, prompt or agent. AI Builder's actions are operations `aibuilderpredict_…` of the Dataverse connector, or
 * bound actions on rows of `msdyn_aimodel` [definitions of flows in public repositories; unverified on a service]; agents are called by their own
 * connector.
 */
export function aiStepsOf({ name, definition }: Pick<CloudFlow, 'name' | 'definition'>): string[] {
  return [...namedSteps(definition)].filter(([, step]) => asksAi(step)).map(([step]) => `step ${step} of flow ${name}`)
}

/**
 * What a formula asks of AI: a model's `Predict` [Microsoft Learn, AI models in Power Fx], or one of the seven functions that ask one by
 * themselves [learn.microsoft.com/power-platform/power-fx/reference/function-ai, as of June 2025, which names these and no others]. Text and
 * comments are not told from calls: one too many weighs, one too few would not.
 */
export function asksAiInFormula(formula: string): boolean {
  return /\.Predict\s*\(|\bAI(?:Reply|Summarize|SummarizeRecord|Classify|Extract|Sentiment|Translate)\s*\(/.test(formula)
}

/** Each object that holds `inputs`, by the name that it stands under, at any depth. */
function* namedSteps(definition: unknown): Generator<readonly [string, object]> {
  const waiting: (readonly [string, unknown])[] = [['', definition]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [name, value] = next
    if (typeof value !== 'object' || value === null) continue
    if (Object.hasOwn(value, 'inputs')) yield [name, value]
    for (const [key, child] of Object.entries(value)) if (typeof child === 'object') waiting.push([key, child])
  }
}

const agentConnector = 'shared_microsoftcopilotstudio'

function asksAi(step: object): boolean {
  const inputs = memberOf(step, 'inputs')
  const host = memberOf(inputs, 'host')
  const parameters = memberOf(inputs, 'parameters')
  const operation = textOf(memberOf(host, 'operationId'))
  if (operation.startsWith('aibuilderpredict') || textOf(memberOf(host, 'apiId')).endsWith(`/${agentConnector}`)) return true
  return operation.startsWith('performboundaction') && textOf(memberOf(parameters, 'entityName')).startsWith('msdyn_aimodel')
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, unknown>>)[key] // an object that has the key
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : ''
}
