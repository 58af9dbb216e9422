/** `drover/format`: solution files for programs of your own, without a server. */
export * from '#format'
