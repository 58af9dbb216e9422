/**
 * The path of a file of the zip as the text of an element names it: with a slash in front, in old files with backslashes, and for
 * a file of a code app with its content type behind it: `/CanvasApps/new_a_CodeAppPackages/index.html_ContentType_text/html` is
 * `CanvasApps/new_a_CodeAppPackages/index.html` [seen in 2 public repositories, which build such folders and pack them].
 */
export function pathNamed(written: string): string {
  return written.trim().replaceAll('\\', '/').replace(/^\/+/, '').replace(contentType, '')
}

const contentType = /_ContentType_[^/]+\/[^/]+$/
