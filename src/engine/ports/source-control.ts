export interface SourceControl {
  /** Replaces folder `folder` by exactly `files` and commits; returns the commit id. The same files again give the commit that is there. */
  commitSource(commit: {
    readonly folder: string
    readonly files: ReadonlyMap<string, Uint8Array>
    readonly message: string
    readonly author: string
  }): Promise<string>
  /** Idempotent; throws `source-control.tag-moved` when the tag names another commit. */
  tag(tag: string, commit: string, message: string): Promise<void>
}
