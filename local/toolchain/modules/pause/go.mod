module local/toolchain/pause

go 1.24

tool local/toolchain/pause
