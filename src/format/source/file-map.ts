/** SolutionPackager's `/map`: source files that live elsewhere, outside of the folder. */
export interface FileMap {
  /** Where the file of this path of the layout lives instead, as the map says it; undefined when it is not mapped. */
  locate(path: string): string | undefined
}
