/** Paths that are taken. Capitals do not tell two paths apart: on Windows and macOS they would be one file. */
export class PathClaims {
  readonly #files = new Set<string>()
  readonly #folders = new Set<string>()

  /** Takes all of these paths, or none when one of them is taken already: by a file, or by a folder of that name. */
  take(paths: readonly string[]): boolean {
    const keys = paths.map((path) => path.toLowerCase())
    if (keys.some((key) => this.#files.has(key) || this.#folders.has(key) || this.#isBelowFile(key))) return false
    if (keys.length > 1 && new Set(keys).size < keys.length) return false
    for (const key of keys) {
      this.#files.add(key)
      this.#addFolders(key)
    }
    return true
  }

  #isBelowFile(key: string): boolean {
    for (let at = key.lastIndexOf('/'); at > 0; at = key.lastIndexOf('/', at - 1)) {
      const folder = key.slice(0, at)
      // A folder that is known was looked at before, with all above it.
      if (this.#folders.has(folder)) return false
      if (this.#files.has(folder)) return true
    }
    return false
  }

  #addFolders(key: string): void {
    for (let at = key.lastIndexOf('/'); at > 0; at = key.lastIndexOf('/', at - 1)) {
      const folder = key.slice(0, at)
      if (this.#folders.has(folder)) return
      this.#folders.add(folder)
    }
  }
}
