import { isSameName } from './make-settings-template.ts'

interface FlowLike {
  readonly id: string
  readonly name: string
  readonly childFlows: readonly string[]
}

/**
 * Child flows before the flows that call them, otherwise in the given order. Flows that call each other in a circle stay together, in the given
 * order, and each circle is named: no order of switching them on can be right for all.
 */
export function orderFlows<F extends FlowLike>(
  flows: readonly F[],
): { readonly flows: readonly F[]; readonly cycles: readonly (readonly F[])[] } {
  const walk: Walk<F> = { flows, counter: 0, seen: new Map(), stack: [], groups: [] }
  for (const flow of flows) if (!walk.seen.has(flow)) visit(walk, flow)
  return {
    flows: walk.groups.flat(),
    cycles: walk.groups.filter((group) => group.length > 1 || group.some((flow) => callsItself(flow))),
  }
}

interface Mark {
  readonly order: number
  low: number
  isOnStack: boolean
}

interface Walk<F> {
  readonly flows: readonly F[]
  counter: number
  readonly seen: Map<F, Mark>
  readonly stack: F[]
  readonly groups: F[][]
}

/** Tarjan's strongly connected components: a group is complete only after all groups it calls, which is the order wanted here. */
function visit<F extends FlowLike>(walk: Walk<F>, flow: F): Mark {
  const mark: Mark = { order: walk.counter, low: walk.counter, isOnStack: true }
  walk.counter += 1
  walk.seen.set(flow, mark)
  walk.stack.push(flow)
  for (const child of childrenOf(walk.flows, flow)) {
    const known = walk.seen.get(child)
    if (known === undefined) mark.low = Math.min(mark.low, visit(walk, child).low)
    else if (known.isOnStack) mark.low = Math.min(mark.low, known.order)
  }
  if (mark.low === mark.order) walk.groups.push(closeGroup(walk, flow))
  return mark
}

function closeGroup<F extends FlowLike>(walk: Walk<F>, root: F): F[] {
  const group = new Set(walk.stack.splice(walk.stack.lastIndexOf(root)))
  for (const member of group) {
    const mark = walk.seen.get(member)
    if (mark !== undefined) mark.isOnStack = false
  }
  return walk.flows.filter((flow) => group.has(flow))
}

function childrenOf<F extends FlowLike>(flows: readonly F[], flow: F): F[] {
  return flows.filter((other) => other !== flow && flow.childFlows.some((id) => isSameName(id, other.id)))
}

function callsItself(flow: FlowLike): boolean {
  return flow.childFlows.some((id) => isSameName(id, flow.id))
}
