export interface SourceControl {
  /** Replaces folder `folder` by exactly `files` and commits; returns the commit id. The same files again give the commit that is there. */
  commitSource(commit: {
    readonly folder: string
    readonly files: ReadonlyMap<string, Uint8Array>
    readonly message: string
    readonly author: string
    /** Where it is committed, and the commit that the branch begins at where it is not there; absent: the main branch. */
    readonly branch?: { readonly name: string; readonly from: string }
  }): Promise<string>
  /** Idempotent; throws `source-control.tag-moved` when the tag names another commit. */
  tag(tag: string, commit: string, message: string): Promise<void>
  /** Files below `folder`, by their path in it, at a commit, or at the newest of the main branch; undefined when there is no such commit. */
  readSource(of: { readonly folder: string; readonly commit: string | undefined }): Promise<SourceFiles | undefined>
  /**
   * Makes a branch of one commit on `parent`, in which each folder is replaced by exactly its files; returns the commit id. The same again
   * gives the commit that is there; throws `source-control.branch-taken` when the branch holds something else.
   */
  commitBranch(commit: {
    readonly branch: string
    readonly parent: string
    readonly folders: readonly { readonly folder: string; readonly files: ReadonlyMap<string, Uint8Array> }[]
    readonly message: string
    readonly author: string
  }): Promise<string>
}

export interface SourceFiles {
  readonly commit: string
  readonly files: ReadonlyMap<string, Uint8Array>
}
