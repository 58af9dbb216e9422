import type { CloudFlow, SolutionModel } from '#domain/solution'

/** Where the definition of a flow lies; real exports name the file after the flow and end it with the workflow id. */
export function flowPath(model: SolutionModel, flow: CloudFlow): string | undefined {
  return model.texts.find((text) => isFlowFile(text.path) && text.path.toLowerCase().includes(flow.id))?.path
}

export function isFlowFile(path: string): boolean {
  return /^workflows\/.+\.json$/i.test(path)
}
