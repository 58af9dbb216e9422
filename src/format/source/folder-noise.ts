/**
 * Whether a path leads over a name that folders have and solutions do not: what Git keeps for itself (`.git`, `.gitignore`,
 * `.gitattributes`, `.gitkeep`), and what desktops leave behind (`.DS_Store`, `Thumbs.db`, `desktop.ini`). Reading a folder skips it;
 * a file of this name that does come from a solution is therefore carried, not written.
 */
export function isFolderNoise(path: string): boolean {
  return noise.test(path)
}

const noise = /(?:^|\/)(?:\.git(?:ignore|attributes|keep)?|\.ds_store|thumbs\.db|desktop\.ini)(?:\/|$)/i
