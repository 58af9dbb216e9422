import { build, installDependencies, requireNode } from './setup.mjs'

requireNode()
installDependencies()
build()
