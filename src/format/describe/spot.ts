/** Where in a component the walk is: the path of facts so far, and the same in words. */
export interface Spot {
  readonly path: string
  readonly words: string
}

/** A path with one more step. */
export function step(path: string, next: string): string {
  return path === '' ? next : `${path}/${next}`
}

/** An identity as it may stand in a path. */
export function escaped(id: string): string {
  return id.replace(/[%/\][]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
}
