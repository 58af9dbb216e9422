/** The solutions that a tree of the YAML layout holds, by the names of their folders. */
export function solutionsOf(paths: Iterable<string>): string[] {
  const names: string[] = []
  for (const path of paths) {
    const match = /^solutions\/([^/]+)\/solution\.yml$/i.exec(path)
    if (match?.[1] !== undefined) names.push(match[1])
  }
  return names.sort()
}

/** Whether these are the paths of a tree in the YAML layout: SolutionPackager decides by `solutions/<name>/solution.yml` [doc]. */
export function isYamlLayout(paths: Iterable<string>): boolean {
  return solutionsOf(paths).length > 0
}
