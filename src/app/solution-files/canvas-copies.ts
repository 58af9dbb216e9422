/** Loaded where copies of canvas sources are written or met: it brings a YAML library with it. */
export { canvasSourceFolder, canvasSources, isCanvasSource } from '#format'
