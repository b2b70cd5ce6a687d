module functionmesh.test/fleet

go 1.24
