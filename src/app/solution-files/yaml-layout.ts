/** Loaded for trees in the YAML layout alone: it brings a YAML library with it. */
export { toXmlLayout, toYamlLayout } from '#format'
