import { DroverError } from '#domain/kernel'

/** Says where in the document reading stopped; lines and columns count from 1. */
export function badXml(source: { readonly text: string; readonly path: string }, offset: number, problem: string): DroverError {
  const before = source.text.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - before.lastIndexOf('\n')
  return new DroverError('solution.bad-xml', `${source.path}, line ${line}, column ${column}: ${problem}`, {
    hint: 'Export the solution again, or correct the file at that place if it was edited by hand.',
  })
}
