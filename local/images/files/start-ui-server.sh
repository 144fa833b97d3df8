#!/bin/sh
# The server fills in config/docker.yaml from the environment by itself.
exec ./ui-server --env docker start
