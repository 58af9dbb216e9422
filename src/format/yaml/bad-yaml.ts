import { DroverError } from '#domain/kernel'

export interface YamlPlace {
  readonly path: string
  /** From 1; undefined when the problem is the file as a whole. */
  readonly line?: number
  readonly column?: number
}

/** A file of the YAML layout that cannot be read, with its place. */
export function badYaml(place: YamlPlace, problem: string, hint?: string): DroverError {
  const where = place.line === undefined ? place.path : `${place.path}, line ${place.line}, column ${place.column ?? 1}`
  return new DroverError('solution.bad-yaml', `${where}: ${problem}`, {
    hint: hint ?? 'Correct the file at that place; names of keys are those of the XML, attributes with an "@" before them.',
  })
}
