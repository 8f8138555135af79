"""Another's client over HTTP: pysdmx writes the paths, signs in by name and password, and reads the answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from facts.factories import PASSWORD, fact, user, world

qb = pytest.importorskip("pysdmx.api.qb", reason="pysdmx is not installed")
pytest.importorskip("pyarrow", reason="pysdmx reads SDMX-CSV with pandas and pyarrow")
sdmx_io = pytest.importorskip("pysdmx.io", reason="pysdmx is not installed")


def test_pysdmx_reads_from_the_running_server(live_server: Any) -> None:
    world()
    user("reader", "reader")
    fact("gdp @ 2022-01/2022-11", "1012.5", status="flash")
    fact("gdp[growth, constant_price] @ 2022-01/2022-11", "2.1")
    host = live_server.url.replace("http://", f"http://reader:{PASSWORD.replace(' ', '%20')}@")
    key = f"M.{settings.DISTRICT}.gdp"
    for version in (qb.ApiVersion.V2_0_0, qb.ApiVersion.V1_5_0):
        service = qb.RestService(
            f"{host}/sdmx",
            version,
            data_format=qb.DataFormat.SDMX_CSV_2_0_0,
            structure_format=qb.StructureFormat.SDMX_JSON_2_0_0,
        )
        data = service.data(qb.DataQuery(qb.DataContext.DATAFLOW, "TONGJIAN", "FACTS", "1.0", key))
        frame = sdmx_io.read_sdmx(data.decode("utf-8")).data[0].data
        assert dict(zip(frame.MEASURE, frame.OBS_VALUE, strict=True)) == {"level": "1012.5", "growth": "2.1"}
        assert set(frame.TIME_PERIOD) == {"2022-01-01/P11M"}
        assert list(frame[frame.MEASURE == "level"].OBS_STATUS) == ["P"]
        asked = qb.StructureQuery(
            qb.StructureType.DATAFLOW,
            "TONGJIAN",
            "FACTS",
            "1.0",
            references=qb.StructureReference.DESCENDANTS,
        )
        message = sdmx_io.read_sdmx(service.structure(asked).decode("utf-8"), validate=True)
        assert len(message.get_codelists()) == 15
        assert message.get_dataflows()[0].id == "FACTS"
